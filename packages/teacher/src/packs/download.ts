// A file of known size and hash over HTTP, continued where an earlier attempt stopped: whole and right, or an error that says why.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadableStream } from 'node:stream/web';
import { TeacherError } from '../errors.js';
import type { PublishedFile } from './published.js';

export interface DownloadOptions extends PublishedFile {
  url: string;
  /** Gets the bytes as they come, and keeps them where the connection fails. */
  path: string;
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number }) => void;
  /** How long the server may be silent. */
  silenceMs?: number;
  /** The pause before a second attempt; doubled each time. */
  retryMs?: number;
}

/** Attempts that bring no byte, in a row, before it gives up. */
const MAX_FRUITLESS = 4;

/** An answer that another attempt would not change. */
class Refusal extends TeacherError {
  constructor(message: string) {
    super(message, 'environment');
  }
}

/** @throws TeacherError where the server cannot be reached, has something else, or goes on breaking off. */
export async function download(options: DownloadOptions): Promise<void> {
  const { path, url, bytes, sha256, retryMs = 1000, signal } = options;
  let fruitless = 0;
  for (let have = await sizeOf(path); have < bytes;) {
    let reason = 'the connection ended early';
    try {
      await receive(options, have);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Refusal) throw error;
      reason = reasonOf(error as Error);
    }
    const now = await sizeOf(path);
    fruitless = now > have ? 0 : fruitless + 1;
    have = now;
    if (fruitless === MAX_FRUITLESS)
      throw new TeacherError(
        `${url} cannot be downloaded (${reason}); ${have} of ${bytes} bytes are kept, run it again to go on.`,
        'environment',
      );
    if (have < bytes) await sleep(fruitless === 0 ? 0 : retryMs * 2 ** (fruitless - 1), undefined, { signal });
  }
  if ((await hashOf(path)) === sha256) return;
  await rm(path, { force: true });
  throw new TeacherError(
    `${url} gave ${bytes} bytes that are not the published file (their SHA-256 is another); ` +
      'they were thrown away. Run it again, or use another mirror.',
    'environment',
  );
}

/** Packs have 361 MB at most. */
const MOST_STATED_BYTES = 1_000_000_000;

/** What the server says of a file whose size is not known: a wrong one shows in its hash. @throws TeacherError where it says nothing. */
export async function statedSize(
  url: string,
  { signal, silenceMs = 30_000 }: Pick<DownloadOptions, 'signal' | 'silenceMs'>,
): Promise<number> {
  const silence = AbortSignal.timeout(silenceMs);
  const stop = signal ? AbortSignal.any([signal, silence]) : silence;
  const response = await fetch(url, { method: 'HEAD', signal: stop }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new Refusal(`${url} cannot be reached (${reasonOf(error as Error)}); run it again, or use a mirror.`);
  });
  const bytes = Number(response.headers.get('content-length'));
  startOf(response, { url, bytes, have: 0 });
  if (bytes > 0 && bytes <= MOST_STATED_BYTES) return bytes;
  throw new Refusal(`${url} says that it has ${bytes} bytes, which no pack has; use another mirror.`);
}

/** One request for what is missing. */
async function receive(
  { url, path, bytes, signal, onProgress, silenceMs = 30_000 }: DownloadOptions,
  have: number,
): Promise<void> {
  const silence = new AbortController();
  const lateness = () => silence.abort(new Error(`no answer within ${silenceMs / 1000} s`));
  let timer = setTimeout(lateness, silenceMs);
  const stop = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  try {
    const response = await fetch(url, {
      signal: stop,
      headers: { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) },
    });
    const start = startOf(response, { url, bytes, have });
    let done = start;
    const counting = new Transform({
      transform(chunk: Buffer, _, next) {
        clearTimeout(timer);
        timer = setTimeout(lateness, silenceMs);
        done += chunk.length;
        if (done > bytes)
          return next(
            new Refusal(`${url} gives more than the ${bytes} bytes of the published file; use another mirror.`),
          );
        onProgress?.({ done, total: bytes });
        next(null, chunk);
      },
    });
    const file = createWriteStream(path, start > 0 ? { flags: 'r+', start } : { flags: 'w' });
    await pipeline(Readable.fromWeb(response.body as ReadableStream), counting, file, { signal: stop });
  } catch (error) {
    throw silence.signal.aborted ? (silence.signal.reason as Error) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Where the answer's first byte belongs. @throws Refusal for an answer that is not the file, Error for one that may change. */
function startOf(response: Response, { url, bytes, have }: { url: string; bytes: number; have: number }): number {
  const { status, headers } = response;
  if (status >= 500 || status === 429) throw new Error(`HTTP ${status}`);
  if (status !== 200 && status !== 206)
    throw new Refusal(`${url} answers HTTP ${status}; check the address, or use another mirror.`);
  if (headers.get('content-type')?.startsWith('text/html'))
    throw new Refusal(
      `${url} answers with an HTML page instead of the file: a portal or proxy is in between, or the address is wrong.`,
    );
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  const stated = status === 206 ? range?.[2] : headers.get('content-length');
  if (stated && stated !== '*' && Number(stated) !== bytes) {
    throw new Refusal(
      `${url} says that it has ${stated} bytes, but the published file has ${bytes}; use another mirror.`,
    );
  }
  if (status === 200) return 0; // from the beginning, whatever was asked for
  if (range && Number(range[1]) === have) return have;
  throw new Refusal(`${url} answers with another part than was asked for; use another mirror.`);
}

export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
const reasonOf = (error: Error) => (error.cause as Error | undefined)?.message ?? error.message;
