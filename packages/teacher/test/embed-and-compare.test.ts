// lin-teacher embed and compare, as a user runs them.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { sampleFace } from '@lin/data';
import { beforeAll, describe, expect, test } from 'vitest';
import { openFaceAnalyzer } from '../src/face-analyzer.js';
import { writeStandInPack } from '../src/stand-in/stand-in-pack.js';
import { drawnPhoto } from './photographs.js';
import { temporaryFolder } from './tiny-models.js';

const BIN = fileURLToPath(new URL('../bin/lin-teacher.cjs', import.meta.url));
let folder: string;
let pack: string;

const run = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--conditions=@lin/source', BIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return { stdout: stdout.trim(), stderr: stderr.trim(), status };
};
const writePng = (name: string, data: Uint8Array, width: number) =>
  sharp(data, { raw: { width, height: data.length / 3 / width, channels: 3 } })
    .png()
    .toFile(join(folder, name));

beforeAll(async () => {
  folder = await temporaryFolder();
  pack = join(folder, 'pack');
  await writeStandInPack(pack);
  await writePng('photo.png', drawnPhoto(300, [{ identity: 8, scale: 1.6, angle: 0.1, x: 60, y: 50 }]).image.data, 300);
  await writePng('nobody.png', new Uint8Array(200 * 200 * 3).fill(120), 200);
  for (const [name, identity, image] of [
    ['a0', 1, 0],
    ['a1', 1, 1],
    ['b0', 2, 0],
  ] as const)
    await writePng(`${name}.png`, sampleFace({ seed: 77, identity, image }).pixels, 112);
  await writeFile(join(folder, 'damaged.jpg'), 'no picture');
});

describe('embed', () => {
  test('prints the faces that the analyzer finds, as JSON', async () => {
    const { stdout, status } = run('embed', 'photo.png', '--pack', 'pack', '--detection-size', '320', '--attributes');
    expect(status).toBe(0);
    const printed = JSON.parse(stdout) as {
      photo: string;
      width: number;
      isAlignedCrop: boolean;
      faces: Record<string, unknown>[];
    };
    expect([printed.photo, printed.width, printed.isAlignedCrop]).toEqual(['photo.png', 300, false]);
    const analyzer = await openFaceAnalyzer({ pack, detectionSizes: [320] });
    const { faces } = await analyzer.analyze(join(folder, 'photo.png'));
    await analyzer.close();
    expect(printed.faces).toHaveLength(faces.length);
    printed.faces.forEach((face, i) => {
      expect(Object.keys(face)).toEqual([
        'box',
        'score',
        'landmarks',
        'embedding',
        'norm',
        'landmarks106',
        'landmarks68',
        'sex',
        'age',
      ]);
      expect(Float32Array.from(face['box'] as number[])).toEqual(faces[i]!.box);
      expect(Float32Array.from(face['embedding'] as number[])).toEqual(faces[i]!.embedding);
    });
  });

  test('takes a picture of 112×112 as aligned, with a recogniser alone', () => {
    const { stdout, status } = run('embed', 'a0.png', '--pack', 'sample');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ isAlignedCrop: true, faces: [{ score: null, box: [0, 0, 112, 112] }] });
  });

  test('says that there is no face, with exit code 1', () => {
    const { stdout, stderr, status } = run('embed', 'nobody.png', '--pack', 'pack');
    expect([JSON.parse(stdout).faces, status]).toEqual([[], 1]);
    expect(stderr).toContain('No face was found in nobody.png.');
  });

  test.each([
    [['embed', 'damaged.jpg', '--pack', 'pack'], 2, /^damaged\.jpg is not a whole picture/],
    [['embed', 'none.jpg', '--pack', 'pack'], 2, /^none\.jpg cannot be read \(ENOENT\)/],
    [['embed', 'photo.png', '--pack', 'none'], 2, /no installed InsightFace pack, named none/],
    [
      ['embed', 'photo.png', '--pack', 'pack', '--min-score', 'high'],
      2,
      /^--min-score is "high"; expected a number\.$/,
    ],
    [['embed'], 2, /^Usage: lin-teacher embed <photo>/],
  ] as const)('%j is refused in one line', (args, code, message) => {
    const { stderr, status } = run(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('\n');
    expect(status).toBe(code);
  });
});

describe('compare', () => {
  const cosineOf = (stdout: string) => Number(/^cosine (-?[\d.]+)$/m.exec(stdout)![1]);

  test('of crops gives the cosine, larger for two pictures of one person, and does not judge with a teacher that knows no real people', () => {
    const [same, different] = [
      run('compare', 'a0.png', 'a1.png', '--pack', 'sample'),
      run('compare', 'a0.png', 'b0.png', '--pack', 'sample'),
    ];
    expect(cosineOf(same.stdout)).toBeGreaterThan(cosineOf(different.stdout));
    expect(same.stdout.split('\n')[1]).toMatch(/says nothing about real people/);
    expect([same.status, different.status]).toEqual([0, 0]);
  });

  test('of a picture with itself is 1, and judged by a threshold that is given', () => {
    expect(run('compare', 'a0.png', 'a0.png', '--pack', 'sample', '--threshold', '0.5').stdout).toBe(
      'cosine 1.0000\nProbably the same person: at least your threshold of 0.5.',
    );
    expect(run('compare', 'a0.png', 'b0.png', '--pack', 'sample', '--threshold', '0.999').stdout).toMatch(
      /Probably different people: below your threshold of 0\.999/,
    );
  });

  test('says which of several faces is compared, and that a stand-in says nothing', () => {
    const { stdout, stderr, status } = run('compare', 'photo.png', 'photo.png', '--pack', 'pack');
    expect(stderr).toMatch(/photo\.png has \d+ faces; the most prominent one is compared, at left -?\d+, top/);
    expect(stdout).toMatch(/^cosine 1\.0000\nThis says nothing about people: the stand-in teacher/);
    expect(status).toBe(0);
  });

  test('says whose photograph has no face, with exit code 1', () => {
    const { stdout, stderr, status } = run('compare', 'nobody.png', 'a0.png', '--pack', 'pack');
    expect([stdout, status]).toEqual(['', 1]);
    expect(stderr).toContain('No face was found in nobody.png.');
  });
});
