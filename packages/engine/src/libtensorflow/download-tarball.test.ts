// The official archive over HTTP: whole, or an error that says why.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { httpAnswer, serve } from '../../test/http.js';
import { tinyTarball, TARBALL_FILES } from '../../test/tiny-tarball.js';
import { EngineError } from '../errors.js';
import { downloadTarball, type DownloadTarballOptions } from './download-tarball.js';

let tarball: Buffer;
beforeAll(async () => {
  tarball = await tinyTarball();
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-download-'));
});
// tar may still be writing what came before the damage.
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

async function download(reply: (socket: Socket) => void, options: Partial<DownloadTarballOptions> = {}): Promise<void> {
  const server = await serve(reply);
  try {
    await downloadTarball({ folder, url: server.url, ...options });
  } finally {
    server.close();
  }
}

const failure = (reply: (socket: Socket) => void, options?: Partial<DownloadTarballOptions>) =>
  download(reply, options).then(
    () => undefined,
    (error: unknown) => error,
  );

async function expectLibraries(): Promise<void> {
  expect((await readdir(folder)).sort()).toEqual(['libtensorflow.so.2', 'libtensorflow_framework.so.2']);
  expect(await readFile(join(folder, 'libtensorflow.so.2'))).toEqual(TARBALL_FILES['lib/libtensorflow.so.2']);
}

describe('downloadTarball', () => {
  test('unpacks the libraries, flat, and nothing else', async () => {
    await download((socket) => socket.end(httpAnswer(tarball)));
    await expectLibraries();
  });

  test('may take longer than the server may take to answer', async () => {
    const answer = httpAnswer(tarball);
    await download(
      (socket) => {
        socket.write(answer.subarray(0, 2000));
        setTimeout(() => socket.end(answer.subarray(2000)), 600);
      },
      { answerTimeoutMs: 200 },
    );
    await expectLibraries();
  });

  test.each<[string, (socket: Socket) => void, RegExp]>([
    [
      'a body cut short',
      (socket) => socket.end(httpAnswer(tarball.subarray(0, 9000), { length: tarball.length })),
      /is damaged/,
    ],
    [
      'a length that is more than there is',
      (socket) => socket.end(httpAnswer(tarball, { length: 2 * tarball.length })),
      /is damaged/,
    ],
    [
      'a length that is less than there is',
      (socket) => socket.end(httpAnswer(tarball, { length: 9000 })),
      /is damaged/,
    ],
    [
      'a page where the archive should be',
      (socket) => socket.end(httpAnswer(Buffer.from('<!doctype html><title>Sign in</title>'), { type: 'text/html' })),
      /is damaged/,
    ],
    ['404', (socket) => socket.end(httpAnswer(Buffer.from('gone'), { status: '404 Not Found' })), /answers HTTP 404/],
    [
      '503',
      (socket) => socket.end(httpAnswer(Buffer.from('later'), { status: '503 Service Unavailable' })),
      /answers HTTP 503/,
    ],
    ['a connection closed without an answer', (socket) => socket.destroy(), /cannot be reached/],
    ['something that is not HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'), /cannot be reached/],
    [
      'an archive cut inside a whole gzip stream',
      (socket) => socket.end(httpAnswer(gzipSync(gunzipSync(tarball).subarray(0, 20_000)))),
      /is damaged/,
    ],
  ])('names the trouble with %s', async (_, reply, words) => {
    const error = await failure(reply);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toMatch(words);
  });

  test('gives up on a server that never answers', async () => {
    const error = await failure(() => {}, { answerTimeoutMs: 200 });
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toBe('the libtensorflow archive cannot be reached: no answer within 0.2 s');
  });

  test('names an address where no server is', async () => {
    const server = await serve(() => {});
    server.close();
    await expect(downloadTarball({ folder, url: server.url })).rejects.toThrow(/cannot be reached: .*ECONNREFUSED/);
  });

  test.each(['before the answer', 'in the middle of the body'])('stops when told to, %s', async (when) => {
    const stop = new AbortController();
    const error = await failure(
      (socket) => {
        if (when === 'in the middle of the body') socket.write(httpAnswer(tarball).subarray(0, 9000));
        setTimeout(() => stop.abort(), 50);
      },
      { signal: stop.signal },
    );
    expect(error).toMatchObject({ name: 'AbortError' });
  });

  test('never takes a cut or altered archive for a whole one', async () => {
    const damage = fc.oneof(
      fc.nat(9999).map((part) => tarball.subarray(0, Math.floor((tarball.length * part) / 10_000))),
      fc.tuple(fc.nat(9999), fc.integer({ min: 1, max: 255 })).map(([part, flip]) => {
        const copy = Buffer.from(tarball);
        copy[Math.floor((tarball.length * part) / 10_000)]! ^= flip;
        return copy;
      }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (bytes) => {
        const error = await failure((socket) => socket.end(httpAnswer(bytes)));
        if (error === undefined)
          await expectLibraries(); // a flipped bit of gzip's own header does no harm
        else expect(error).toBeInstanceOf(EngineError);
      }),
      { numRuns: 150 },
    );
  });
});
