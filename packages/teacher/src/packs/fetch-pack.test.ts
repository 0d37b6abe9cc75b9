import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dropAfter, serve, status, whole, type TestServer } from '../../test/http.js';
import { temporaryFolder } from '../../test/tiny-models.js';
import { zipOf } from '../../test/tiny-zip.js';
import { fetchPack, type FetchPackOptions } from './fetch-pack.js';
import { PUBLISHED_MODELS, PUBLISHED_PACKS } from './published.js';

const CONTENT = Object.fromEntries(
  ['det_500m.onnx', 'w600k_mbf.onnx'].map((name) => [name, Buffer.from(`${name} `.repeat(4000))]),
);
const ARCHIVE = zipOf(Object.entries(CONTENT).map(([name, content]) => ({ name, content })));
const published = (bytes: Buffer) => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** A buffalo_sc of a few kilobytes stands in the published one's place. */
const real = { models: { ...PUBLISHED_MODELS }, packs: { ...PUBLISHED_PACKS } };
afterAll(() => {
  Object.assign(PUBLISHED_MODELS, real.models);
  Object.assign(PUBLISHED_PACKS, real.packs);
});
const packs = PUBLISHED_PACKS as Record<string, (typeof PUBLISHED_PACKS)[string]>;
packs['buffalo_sc'] = { archive: published(ARCHIVE), files: Object.keys(CONTENT) };
for (const [name, content] of Object.entries(CONTENT))
  Object.assign(PUBLISHED_MODELS, { [name]: { ...PUBLISHED_MODELS[name], ...published(content) } });

let root: string;
let server: TestServer | undefined;
beforeEach(async () => {
  root = await temporaryFolder();
});
afterEach(() => server?.close());

const fetchFrom = ({ address }: { address: string }, options: Partial<FetchPackOptions> = {}) =>
  fetchPack('buffalo_sc', { root, mirror: address, acceptLicense: true, retryMs: 1, ...options });
const left = async () => (await readdir(join(root, 'models'))).sort();

async function expectWhole(): Promise<void> {
  for (const [name, content] of Object.entries(CONTENT))
    expect((await readFile(join(root, 'models/buffalo_sc', name))).equals(content)).toBe(true);
  expect(await left()).toEqual(['buffalo_sc']);
}

describe('fetchPack', () => {
  test('puts the models where they are looked for, and leaves nothing else', async () => {
    server = await serve(whole(ARCHIVE));
    expect(await fetchFrom(server)).toBe(join(root, 'models/buffalo_sc'));
    expect(server.requests).toEqual(['GET /buffalo_sc.zip from 0']);
    await expectWhole();
  });

  test('asks for nothing where the pack is there, whole', async () => {
    server = await serve(whole(ARCHIVE));
    await fetchFrom(server);
    await fetchFrom(server);
    expect(server.requests).toHaveLength(1);
  });

  test('mends a damaged pack, and leaves files of other names', async () => {
    await mkdir(join(root, 'models/buffalo_sc'), { recursive: true });
    await writeFile(join(root, 'models/buffalo_sc/w600k_mbf.onnx'), '<html>');
    await writeFile(join(root, 'models/buffalo_sc/mine.onnx'), 'mine');
    server = await serve(whole(ARCHIVE));
    await fetchFrom(server);
    await expectWhole();
    expect(await readFile(join(root, 'models/buffalo_sc/mine.onnx'), 'utf8')).toBe('mine');
  });

  test('goes on with what a process that was killed has left', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await mkdir(join(root, 'models'));
    await writeFile(join(root, `models/.lin-buffalo_sc.zip.partial-${child.pid}`), ARCHIVE.subarray(0, 150));
    await mkdir(join(root, `models/.lin-buffalo_sc.unpacking-${child.pid}`));
    server = await serve(whole(ARCHIVE));
    await fetchFrom(server);
    expect(server.requests).toEqual(['GET /buffalo_sc.zip from 150']);
    await expectWhole();
  });

  test('keeps a download that broke off, but no half of a pack', async () => {
    server = await serve(dropAfter(ARCHIVE, 100), (response) => response.destroy());
    await expect(fetchFrom(server)).rejects.toThrow(/100 of \d+ bytes are kept/);
    expect(await left()).toEqual([`.lin-buffalo_sc.zip.partial-${process.pid}`]);
    server.close();
    server = await serve(whole(ARCHIVE));
    await fetchFrom(server);
    expect(server.requests).toEqual(['GET /buffalo_sc.zip from 100']);
    await expectWhole();
  });

  test('takes an archive that is here already, if it is the published one', async () => {
    const archive = join(root, 'by-hand.zip');
    await writeFile(archive, ARCHIVE.subarray(1));
    await expect(fetchPack('buffalo_sc', { root, archive, acceptLicense: true })).rejects.toThrow(
      /is not InsightFace's buffalo_sc\.zip/,
    );
    await writeFile(archive, ARCHIVE);
    await fetchPack('buffalo_sc', { root, archive, acceptLicense: true });
    await expectWhole();
  });

  test('leaves nothing of a page, and says so', async () => {
    server = await serve(status(200, { 'content-type': 'text/html' }, '<html>'));
    await expect(fetchFrom(server)).rejects.toThrow(/HTML page/);
    expect(await left()).toEqual([]);
  });

  test('wants the licence accepted, and a pack that exists', async () => {
    await expect(fetchPack('buffalo_sc', { root, acceptLicense: false })).rejects.toThrow(
      /non-commercial research only/,
    );
    await expect(fetchPack('buffalo_xl', { root, acceptLicense: true })).rejects.toThrow(
      /Unknown pack buffalo_xl; choose one of buffalo_l,/,
    );
    expect(await readdir(root)).toEqual([]);
  });
});

describe('a pack of which public sources state only the hash of its archive', () => {
  const files = {
    'det_10g_wo.onnx': Buffer.from('detector '.repeat(3000)),
    'w600k_mbf.onnx': Buffer.from('of its own'),
  };
  const archive = zipOf(
    [...Object.entries(files), ['verifier.onnx', Buffer.from('left out')] as const].map(([name, content]) => ({
      name: `raccoon_s/${name}`,
      content,
    })),
  );
  const { raccoon_s: known } = real.packs;
  packs['raccoon_s'] = { ...known!, archive: { sha256: published(archive).sha256 } };
  const fetchRaccoon = (options: Partial<FetchPackOptions> = {}) =>
    fetchPack('raccoon_s', { root, mirror: server!.address, acceptLicense: true, retryMs: 1, ...options });

  test('InsightFace 2 has two: raccoon_s and raccoon_l', () => {
    expect(known!.archive.sha256).toMatch(/^f67a624e/);
    expect(real.packs['raccoon_l']!.archive.sha256).toMatch(/^70cd4f2f/);
  });

  test('is fetched in the size that the server states, and held against that hash', async () => {
    server = await serve(whole(archive));
    const log: string[] = [];
    await fetchRaccoon({ log: (line) => log.push(line) });
    expect(server.requests).toEqual(['HEAD /raccoon_s.zip from 0', 'GET /raccoon_s.zip from 0']);
    expect(log[0]).toMatch(/^Downloading http.*raccoon_s\.zip/);
    const folder = join(root, 'models/raccoon_s');
    expect((await readdir(folder)).sort()).toEqual(Object.keys(files));
    for (const [name, content] of Object.entries(files))
      expect((await readFile(join(folder, name))).equals(content)).toBe(true);
    await fetchRaccoon();
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ['another file', whole(ARCHIVE), /not the published file \(their SHA-256 is another\)/],
    ['a page', status(200, { 'content-type': 'text/html' }, '<html>'), /HTML page/],
    ['nothing', status(404), /answers HTTP 404/],
    ['no size', status(200), /says that it has 0 bytes, which no pack has/],
  ])('is refused where the server has %s', async (_, answer, message) => {
    server = await serve(answer);
    await expect(fetchRaccoon()).rejects.toThrow(message);
    expect(await left()).toEqual([]);
  });
});

const CLI = fileURLToPath(new URL('../../bin/lin-teacher.cjs', import.meta.url));
async function command(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [CLI, ...args]);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => (output[name] += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...output };
}

describe('lin-teacher fetch', () => {
  test('shows the licence and stops, unless it is accepted', async () => {
    server = await serve(whole(ARCHIVE));
    const { code, stdout, stderr } = await command('fetch', 'buffalo_l', '--root', root, '--mirror', server.address);
    expect(code).toBe(2);
    expect(stdout).toMatch(/non-commercial research purposes only/);
    expect(stderr).toMatch(/Nothing was fetched.*--accept-license/);
    expect(server.requests).toEqual([]);
    expect(await readdir(root)).toEqual([]);
  });

  test('refuses an archive that is not the published one, in one sentence', async () => {
    server = await serve(whole(ARCHIVE)); // a few kilobytes, not buffalo_l's
    const { code, stderr } = await command(
      'fetch',
      'buffalo_l',
      '--accept-license',
      '--root',
      root,
      '--mirror',
      server.address,
    );
    expect(code).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /says that it has \d+ bytes, but the published file has 288621354/,
    );
    expect(await left()).toEqual([]);
  });

  test('knows its packs', async () => {
    expect(await command('fetch', 'buffalo_xl')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Unknown pack buffalo_xl/) as string,
    });
  });
});
