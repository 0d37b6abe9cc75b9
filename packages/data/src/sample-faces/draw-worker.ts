// A drawing thread: an identity in, the JPEGs of its faces out.
import { parentPort } from 'node:worker_threads';
import { drawIdentity, type IdentityToDraw } from './draw-identity.js';

export interface Request {
  id: number;
  identity: IdentityToDraw;
}

export interface Reply {
  id: number;
  jpegs?: Uint8Array[];
  error?: Error;
}

async function answer({ id, identity }: Request): Promise<void> {
  try {
    parentPort!.postMessage({ id, jpegs: await drawIdentity(identity) } satisfies Reply);
  } catch (error) {
    parentPort!.postMessage({ id, error: error as Error } satisfies Reply);
  }
}

parentPort!.on('message', (request: Request) => void answer(request));
