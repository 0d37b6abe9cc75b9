// The engine of a run, with the one-time fetch of libtensorflow where it is not there yet.
import { EngineError, findLibTensorFlow, initEngine, installLibTensorFlow, type Engine } from '@lin/engine';
import type { Config } from '../config/schema.js';
import { note, warn } from '../terminal/console.js';

/** @throws EngineError where what the config requires is not available. */
export async function startEngine({ backend, cuda, threads }: Config['device']): Promise<Engine> {
  if (wantsTensorFlow(backend) && !(await findLibTensorFlow()))
    await fetchOrWarn(backend === 'tensorflow' || cuda === true);
  const engine = await initEngine({ backend, cuda, ...(threads !== null && { threads }) });
  note(`Engine   ${engine.reason}`);
  return engine;
}

/** The engine for tests and figures, which read values while they compute, as webgpu cannot: TensorFlow or wasm in its place. */
export async function testEngine(engine: Engine): Promise<Engine> {
  if (engine.backend !== 'webgpu') return engine;
  const inPlace = await initEngine({ backend: (await findLibTensorFlow()) ? 'tensorflow' : 'wasm' });
  note(`Tests    ${inPlace.reason}`);
  return inPlace;
}

function wantsTensorFlow(backend: Config['device']['backend']): boolean {
  if (process.env['LIN_LIBTENSORFLOW'] === 'none') return false;
  const wish = backend === 'auto' ? process.env['LIN_BACKEND'] || 'auto' : backend;
  return wish === 'auto' || wish === 'tensorflow';
}

async function fetchOrWarn(required: boolean): Promise<void> {
  try {
    await installLibTensorFlow({ log: note });
  } catch (error) {
    if (required || !(error instanceof EngineError)) throw error;
    warn(`libtensorflow is not available (${error.message}) Training goes on in wasm, several times as slow.`);
  }
}
