// The official libtensorflow C library, for machines without pip: an older TensorFlow, CPU only, but one that Lin can use.
import { mkdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { extract } from 'tar';
import { EngineError } from '../errors.js';

/** The newest version that is published as an archive. */
export const TARBALL_VERSION = '2.18.1';
const SYSTEMS: Record<string, string> = { 'linux-x64': 'linux-x86_64', 'darwin-arm64': 'darwin-arm64' };
const ANSWER_TIMEOUT_MS = 20_000;

export interface DownloadTarballOptions {
  /** Gets the libraries, flat. */
  folder: string;
  url?: string;
  signal?: AbortSignal;
  /** How long the server may take to answer; the download itself may take as long as it likes. */
  answerTimeoutMs?: number;
}

/** Streams the tarball's `lib/` into `folder`. A cut download fails gzip's own length and CRC. @throws EngineError */
export async function downloadTarball({
  folder,
  url = officialUrl(),
  signal,
  answerTimeoutMs = ANSWER_TIMEOUT_MS,
}: DownloadTarballOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  const response = await answer(url, answerTimeoutMs, signal).catch((error: Error) => {
    if (signal?.aborted) throw error;
    throw new EngineError(
      `the libtensorflow archive cannot be reached: ${(error.cause as Error | undefined)?.message ?? error.message}`,
    );
  });
  if (!response.ok || !response.body)
    throw new EngineError(`the libtensorflow archive answers HTTP ${response.status}`);
  const libraries = extract({
    cwd: folder,
    strip: 2,
    strict: true,
    filter: (path) => /^(\.\/)?lib\/libtensorflow/.test(path),
  });
  await pipeline(Readable.fromWeb(response.body as ReadableStream), libraries, { signal }).catch((error: Error) => {
    if (signal?.aborted) throw error;
    throw new EngineError(`the libtensorflow archive is damaged: ${error.message}`);
  });
}

/** Not AbortSignal.timeout, which would cut the download off as well. */
async function answer(url: string, timeoutMs: number, signal?: AbortSignal): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    return await fetch(url, { signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal });
  } finally {
    clearTimeout(timer);
  }
}

function officialUrl(): string {
  const system = SYSTEMS[`${process.platform}-${process.arch}`];
  if (!system) throw new EngineError(`there is no official libtensorflow for ${process.platform}-${process.arch}`);
  return `https://storage.googleapis.com/tensorflow/versions/${TARBALL_VERSION}/libtensorflow-cpu-${system}.tar.gz`;
}
