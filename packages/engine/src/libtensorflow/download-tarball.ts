// The official libtensorflow C library, for machines without pip: an older TensorFlow, CPU only, but one that Lin can use.
import { mkdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { extract } from 'tar';
import { EngineError } from '../errors.js';

const VERSION = '2.18.1';
const SYSTEMS: Record<string, string> = { 'linux-x64': 'linux-x86_64', 'darwin-arm64': 'darwin-arm64' };
const CONNECT_TIMEOUT_MS = 20_000;

export interface DownloadTarballOptions {
  /** Gets the libraries, flat. */
  folder: string;
  url?: string;
  signal?: AbortSignal;
}

/** Streams the tarball's `lib/` into `folder`. A cut download fails gzip's own length and CRC. @throws EngineError */
export async function downloadTarball({ folder, url = officialUrl(), signal }: DownloadTarballOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  const connecting = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
  const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, connecting]) : connecting }).catch((error: Error) => {
    if (signal?.aborted) throw error;
    throw new EngineError(`the libtensorflow archive cannot be reached: ${(error.cause as Error | undefined)?.message ?? error.message}`);
  });
  if (!response.ok || !response.body) throw new EngineError(`the libtensorflow archive answers HTTP ${response.status}`);
  const libraries = extract({ cwd: folder, strip: 2, strict: true, filter: (path) => /^(\.\/)?lib\/libtensorflow/.test(path) });
  await pipeline(Readable.fromWeb(response.body as ReadableStream), libraries, { signal }).catch((error: Error) => {
    if (signal?.aborted) throw error;
    throw new EngineError(`the libtensorflow archive is damaged: ${error.message}`);
  });
}

function officialUrl(): string {
  const system = SYSTEMS[`${process.platform}-${process.arch}`];
  if (!system) throw new EngineError(`there is no official libtensorflow for ${process.platform}-${process.arch}`);
  return `https://storage.googleapis.com/tensorflow/versions/${VERSION}/libtensorflow-cpu-${system}.tar.gz`;
}
