import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dropAfter, serve, status, whole, type Answer, type TestServer } from '../../test/http.js';
import { temporaryFolder } from '../../test/tiny-models.js';
import { TeacherError } from '../errors.js';
import { download, type DownloadOptions } from './download.js';

const BODY = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) >>> 3));
const EXPECTED = { bytes: BODY.length, sha256: createHash('sha256').update(BODY).digest('hex') };

let folder: string;
let path: string;
let server: TestServer;
beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder, 'file');
});
afterEach(() => server.close());

async function fetched(answers: Answer[], options: Partial<DownloadOptions> = {}): Promise<void> {
  server = await serve(...answers);
  await download({ url: `${server.address}/pack.zip`, path, ...EXPECTED, retryMs: 1, silenceMs: 2000, ...options });
  expect((await readFile(path)).equals(BODY)).toBe(true);
}

const failure = (answers: Answer[], options?: Partial<DownloadOptions>) =>
  fetched(answers, options).then(
    () => undefined,
    (error: unknown) => error as Error,
  );

test('a file comes whole, with progress', async () => {
  const progress: number[] = [];
  await fetched([whole(BODY)], { onProgress: ({ done }) => progress.push(done) });
  expect(progress.at(-1)).toBe(BODY.length);
  expect(server.requests).toEqual(['GET /pack.zip from 0']);
});

test('what was downloaded before is kept, and only the rest asked for', async () => {
  await writeFile(path, BODY.subarray(0, 123_456));
  await fetched([whole(BODY)]);
  expect(server.requests).toEqual(['GET /pack.zip from 123456']);
});

test('a connection that breaks off, again and again, is continued', async () => {
  await fetched([dropAfter(BODY, 90_000), dropAfter(BODY, 90_000), dropAfter(BODY, 90_000), whole(BODY)]);
  expect(server.requests.length).toBeGreaterThan(1);
  expect(server.requests.at(-1)).not.toMatch(/from 0$/);
});

test('a server without ranges is read from the beginning', async () => {
  await writeFile(path, BODY.subarray(0, 1000));
  await fetched([(response) => response.writeHead(200, { 'content-length': BODY.length }).end(BODY)]);
});

test('redirections are followed, and a server that is busy for a moment is waited for', async () => {
  await fetched([status(302, { location: '/elsewhere' }), status(503), whole(BODY)]);
  expect(server.requests).toContain('GET /elsewhere from 0');
});

test('a server that is silent in the middle is asked again', async () => {
  const stall: Answer = (response) =>
    response.writeHead(200, { 'content-length': BODY.length }).write(BODY.subarray(0, 50_000));
  await fetched([stall, whole(BODY)], { silenceMs: 150 });
});

describe('refused, with nothing kept that is wrong', () => {
  test.each<[string, Answer, RegExp]>([
    [
      'a page instead of the file',
      status(200, { 'content-type': 'text/html; charset=utf-8' }, '<html>Sign in</html>'),
      /HTML page instead of the file/,
    ],
    ['404', status(404), /answers HTTP 404/],
    [
      'another length',
      (response) => response.writeHead(200, { 'content-length': 10 }).end('0123456789'),
      /says that it has 10 bytes, but the published file has 300000/,
    ],
    [
      'more bytes than there should be',
      (response) => response.writeHead(200).end(Buffer.concat([BODY, BODY])),
      /gives more than the 300000 bytes/,
    ],
    [
      'other bytes of the same length',
      whole(Buffer.from(BODY).fill(1, 1000, 2000)),
      /not the published file .* thrown away/,
    ],
    ['a redirection without end', status(302, { location: '/pack.zip' }), /cannot be downloaded/],
  ])('%s', async (_, answer, message) => {
    const error = await failure([answer]);
    expect(error).toBeInstanceOf(TeacherError);
    expect(error!.message).toMatch(message);
  });

  test('wrong bytes do not stay to be continued from', async () => {
    await failure([whole(Buffer.alloc(BODY.length))]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a part that was not asked for', async () => {
    await writeFile(path, BODY.subarray(0, 1000));
    const error = await failure([
      (response) =>
        response.writeHead(206, { 'content-range': `bytes 5-${BODY.length - 1}/${BODY.length}` }).end(BODY.subarray(5)),
    ]);
    expect(error!.message).toMatch(/another part than was asked for/);
    expect((await readFile(path)).equals(BODY.subarray(0, 1000))).toBe(true);
  });
});

test('a server that brings nothing is given up, with what there is kept', async () => {
  await writeFile(path, BODY.subarray(0, 1000));
  const error = await failure([(response) => response.destroy()]);
  expect(error!.message).toMatch(/cannot be downloaded \(.*\); 1000 of 300000 bytes are kept/);
});

test('it stops when it is told to, and goes on the next time', async () => {
  const stop = new AbortController();
  const error = await failure([dropAfter(BODY, 10_000)], { signal: stop.signal, onProgress: () => stop.abort() });
  expect(error).toMatchObject({ name: 'AbortError' });
  server.close();
  await fetched([whole(BODY)]);
});

test('wherever connections break, the file is whole in the end', async () => {
  server = await serve(whole(BODY));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 4 }), async (drops) => {
      server.close();
      path = join(await temporaryFolder(), 'file');
      await fetched([...drops.map((count) => dropAfter(BODY, count)), whole(BODY)]);
    }),
    { numRuns: 15 },
  );
});
