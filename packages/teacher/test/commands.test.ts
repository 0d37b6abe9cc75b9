// lin-teacher's commands, as a user runs them.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { sampleFace } from '@lin/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledScript } from '../../../tools/bundled-script-for-tests.js';
import { openFaceAnalyzer } from '../src/face-analyzer.js';
import { writeStandInPack } from '../src/stand-in/stand-in-pack.js';
import { runCli } from './run-cli.js';
import { drawnPhoto } from './photographs.js';
import { temporaryFolder } from './tiny-models.js';

const BIN = fileURLToPath(new URL('../bin/lin-teacher.cjs', import.meta.url));
let folder: string;
let pack: string;
let before: string;

const writePng = (name: string, data: Uint8Array, width: number) =>
  sharp(data, { raw: { width, height: data.length / 3 / width, channels: 3 } })
    .png()
    .toFile(join(folder, name));

const faceOf = (identity: number, image: number) => sampleFace({ seed: 77, identity, image }).pixels;

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
  before = process.cwd();
  process.chdir(folder);
});
afterAll(() => process.chdir(before));

describe('embed', async () => {
  test('prints the faces that the analyzer finds, as JSON', async () => {
    const { stdout, status } = await runCli(
      'embed',
      'photo.png',
      '--pack',
      'pack',
      '--detection-size',
      '320',
      '--max-faces',
      '3',
      '--attributes',
    );
    expect(status).toBe(0);
    const printed = JSON.parse(stdout) as {
      photo: string;
      width: number;
      isAlignedCrop: boolean;
      faces: Record<string, unknown>[];
    };
    expect([printed.photo, printed.width, printed.isAlignedCrop]).toEqual(['photo.png', 300, false]);
    const analyzer = await openFaceAnalyzer({ pack, detectionSizes: [320] });
    const { faces } = await analyzer.analyze(join(folder, 'photo.png'), { maxFaces: 3 });
    await analyzer.close();
    expect([printed.faces.length, faces.length]).toEqual([3, 3]);
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

  test('takes a picture of 112×112 as aligned, with a recogniser alone', async () => {
    const { stdout, status } = await runCli('embed', 'a0.png', '--pack', 'sample');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ isAlignedCrop: true, faces: [{ score: null, box: [0, 0, 112, 112] }] });
  });

  test('says that there is no face, with exit code 1', async () => {
    const { stdout, stderr, status } = await runCli('embed', 'nobody.png', '--pack', 'pack', '--detection-size', '128');
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
      /^--min-score is "high"; expected a number from 0 to 1\.$/,
    ],
    [['embed'], 2, /^Usage: lin-teacher embed <photo>… /],
  ] as const)('%j is refused in one line', async (args, code, message) => {
    const { stderr, status } = await runCli(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('\n');
    expect(status).toBe(code);
  });
});

describe('compare', async () => {
  const cosineOf = (stdout: string) => Number(/^cosine (-?[\d.]+)$/m.exec(stdout)![1]);

  test(
    'of crops gives the cosine, larger for two pictures of one person, and does not judge with a teacher that ' +
      'knows no real people',
    async () => {
      const [same, different] = [
        await runCli('compare', 'a0.png', 'a1.png', '--pack', 'sample'),
        await runCli('compare', 'a0.png', 'b0.png', '--pack', 'sample'),
      ];
      expect(cosineOf(same.stdout)).toBeGreaterThan(cosineOf(different.stdout));
      expect(same.stdout.split('\n')[1]).toMatch(/says nothing about real people/);
      expect([same.status, different.status]).toEqual([0, 0]);
    },
  );

  test('of a picture with itself is 1, and judged by a threshold that is given', async () => {
    expect((await runCli('compare', 'a0.png', 'a0.png', '--pack', 'sample', '--threshold', '0.5')).stdout).toBe(
      'cosine 1.0000\nProbably the same person: at least your threshold of 0.5.',
    );
    expect((await runCli('compare', 'a0.png', 'b0.png', '--pack', 'sample', '--threshold', '0.999')).stdout).toMatch(
      /Probably different people: below your threshold of 0\.999/,
    );
  });

  test('says which of several faces is compared, and that a stand-in says nothing', async () => {
    const { stdout, stderr, status } = await runCli(
      'compare',
      'photo.png',
      'photo.png',
      '--pack',
      'pack',
      '--detection-size',
      '320',
    );
    expect(stderr).toMatch(/photo\.png has \d+ faces; the most prominent one is compared, at left -?\d+, top/);
    expect(stdout).toMatch(/^cosine 1\.0000\nThis says nothing about people: the stand-in teacher/);
    expect(status).toBe(0);
  });

  test('says whose photograph has no face, with exit code 1', async () => {
    const { stdout, stderr, status } = await runCli(
      'compare',
      'nobody.png',
      'a0.png',
      '--pack',
      'pack',
      '--detection-size',
      '128',
    );
    expect([stdout, status]).toEqual(['', 1]);
    expect(stderr).toContain('No face was found in nobody.png.');
  });
});

describe('embed of several photographs', () => {
  beforeAll(async () => {
    await mkdir('album/deeper', { recursive: true });
    for (const [from, to] of [
      ['a0.png', 'album/1.png'],
      ['a1.png', 'album/deeper/2.png'],
      ['b0.png', 'album/deeper/3, "odd".png'],
    ] as const)
      await copyFile(from, to);
    await writeFile('album/notes.txt', 'not a picture');
  });
  const photosIn = (stdout: string) => stdout.split('\n').map((line) => (JSON.parse(line) as { photo: string }).photo);

  test.each([
    ['a folder, with those below it', ['album'], ['album/1.png', 'album/deeper/2.png', 'album/deeper/3, "odd".png']],
    ['a pattern', ['album/*/*.png'], ['album/deeper/2.png', 'album/deeper/3, "odd".png']],
    ['a pattern of any depth', ['album/**/?.png'], ['album/1.png', 'album/deeper/2.png']],
    ['files in the order that they are given', ['b0.png', 'a0.png'], ['b0.png', 'a0.png']],
  ])('takes %s, a line of JSON each', async (_, operands, expected) => {
    const { stdout, status } = await runCli('embed', ...operands, '--pack', 'sample');
    expect([photosIn(stdout), status]).toEqual([expected, 0]);
  });

  test('goes on after one that cannot be read, and ends with 1', async () => {
    const { stdout, stderr, status } = await runCli('embed', 'a0.png', 'damaged.jpg', 'b0.png', '--pack', 'sample');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^damaged\.jpg is not a whole picture/);
    expect(photosIn(stdout)).toEqual(['a0.png', 'damaged.jpg', 'b0.png']);
    expect(JSON.parse(stdout.split('\n')[1]!)).toMatchObject({
      error: expect.stringMatching(/^damaged\.jpg/) as string,
    });
  });

  test('writes CSV to a file, a row for each face', async () => {
    const { stdout, status } = await runCli(
      'embed',
      'album',
      '--pack',
      'sample',
      '--format',
      'csv',
      '--to',
      'faces.csv',
    );
    expect([stdout, status]).toEqual(['', 0]);
    const [header, ...rows] = (await readFile('faces.csv', 'utf8')).trimEnd().split('\n');
    expect(header!.split(',').slice(0, 9)).toEqual([
      'photo',
      'face',
      'left',
      'top',
      'right',
      'bottom',
      'score',
      'norm',
      'embedding_0',
    ]);
    expect(rows).toHaveLength(3);
    expect(rows[2]).toMatch(/^"album\/deeper\/3, ""odd""\.png",0,0,0,112,112,,/);
    const [single] = (await runCli('embed', 'album/1.png', '--pack', 'sample')).stdout.split('\n');
    const { faces } = JSON.parse(single!) as { faces: { embedding: number[] }[] };
    expect(rows[0]!.split(',').slice(8).map(Number)).toEqual(faces[0]!.embedding);
  });

  test('takes the scaling that it is told', async () => {
    const embeddingOf = async (...options: string[]) => {
      const { stdout } = await runCli('embed', 'a0.png', '--pack', 'sample', ...options);
      return (JSON.parse(stdout) as { faces: { embedding: number[] }[] }).faces[0]!.embedding;
    };
    expect(await embeddingOf('--mean', '127.5,127.5,127.5', '--std', '127.5')).toEqual(await embeddingOf());
    expect(await embeddingOf('--channels', 'bgr')).not.toEqual(await embeddingOf());
  });

  test.each([
    [['embed', 'album/*.jpg'], /^No file matches album\/\*\.jpg\.$/],
    [['embed', 'a0.png', '--mean', '1,2'], /^--mean is "1,2"; expected a number, or three for R,G,B\.$/],
    [['embed', 'a0.png', '--format', 'xml'], /^--format is "xml"; expected jsonl or csv\.$/],
    [['embed', 'photo.png', '--pack', 'sample'], /^The sample teacher has no model for face detection/],
    [['clutser', 'album'], /did you mean cluster\?/],
    [
      ['cluster', 'album', '--pack', 'sample'],
      /^No threshold is known for sample teacher .*; give one with --threshold\.$/,
    ],
    [['match', 'nowhere', 'a0.png'], /^nowhere cannot be read \(ENOENT\)/],
    [['draw', 'a0.png', 'a0.txt'], /^a0\.txt has no ending of a picture/],
  ])('%j is refused in one line', async (args, message) => {
    const { stderr, status } = await runCli(...args);
    expect(stderr).toMatch(message);
    expect([stderr.includes('\n'), status]).toEqual([false, 2]);
  });
});

describe('match and cluster', () => {
  beforeAll(async () => {
    for (const [identity, name] of [
      [11, 'Ann'],
      [12, 'Bob'],
    ] as const) {
      await mkdir(`gallery/${name}`, { recursive: true });
      for (const image of [0, 1]) await writePng(`gallery/${name}/${image}.png`, faceOf(identity, image), 112);
    }
    await mkdir('mixed');
    for (const [i, [identity, image]] of [
      [11, 2],
      [12, 2],
      [11, 3],
      [13, 0],
    ].entries())
      await writePng(`mixed/${i}.png`, faceOf(identity!, image!), 112);
  });

  test('match names the person that each face is nearest to, where that reaches the threshold', async () => {
    const { stdout, status } = await runCli('match', 'gallery', 'mixed', '--pack', 'sample', '--threshold', '0.5');
    expect(status).toBe(0);
    const lines = stdout
      .split('\n')
      .map((line) => JSON.parse(line) as { person: string; matches: { person: string }[] });
    expect(lines.map(({ person }) => person)).toEqual(['Ann', 'Bob', 'Ann', null]);
    expect(lines[0]!.matches.map(({ person }) => person)).toEqual(['Ann', 'Bob']);
  });

  test('cluster groups the faces of one person, the largest group first', async () => {
    const { stdout, status } = await runCli('cluster', 'mixed', '--pack', 'sample', '--threshold', '0.5');
    expect(status).toBe(0);
    const groups = stdout.split('\n').map((line) => (JSON.parse(line) as { faces: { photo: string }[] }).faces);
    expect(groups.map((faces) => faces.map(({ photo }) => photo))).toEqual([
      ['mixed/0.png', 'mixed/2.png'],
      ['mixed/1.png'],
      ['mixed/3.png'],
    ]);
  });
});

describe('draw', () => {
  test('marks the faces on a picture of the same size, and leaves the rest as it was', async () => {
    const { status } = await runCli(
      'draw',
      'photo.png',
      'drawn.png',
      '--pack',
      'pack',
      '--detection-size',
      '320',
      '--max-faces',
      '1',
    );
    expect(status).toBe(0);
    const raw = (path: string) => sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const [photo, drawn] = [await raw('photo.png'), await raw('drawn.png')];
    expect([drawn.info.width, drawn.info.height]).toEqual([photo.info.width, photo.info.height]);
    let changed = 0;
    for (let i = 0; i < photo.data.length; i += 3)
      if (photo.data.readUIntBE(i, 3) !== drawn.data.readUIntBE(i, 3)) changed++;
    expect(changed).toBeGreaterThan(50);
    expect(changed).toBeLessThan(photo.data.length / 3 / 2);
  });

  test('writes the names of people of a gallery', async () => {
    const { status } = await runCli(
      'draw',
      'mixed/0.png',
      'named.png',
      '--pack',
      'sample',
      '--gallery',
      'gallery',
      '--threshold',
      '0.5',
    );
    expect(status).toBe(0);
  });
});

describe('lin-teacher as a process', () => {
  let cli: string;
  beforeAll(async () => {
    cli = await bundledScript(fileURLToPath(new URL('../src/cli.ts', import.meta.url)));
  });
  const run = (program: string, args: string[], input: Buffer) => {
    const options = { cwd: folder, maxBuffer: 2 ** 26, input };
    const node = ['--conditions=@lin/source', program, ...args];
    const { stdout, stderr, status } = spawnSync(process.execPath, node, options);
    return { stdout: stdout.toString(), stderr: stderr.toString(), status };
  };

  test('takes a picture, or a list of paths, from standard input', async () => {
    const picture = run(BIN, ['embed', '-', '--pack', 'sample'], await readFile('a0.png'));
    expect([picture.stderr, picture.status]).toEqual(['', 0]);
    const list = run(cli, ['embed', '-', '--pack', 'sample'], Buffer.from('a0.png\nb0.png\n'));
    const [first, second] = list.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { photo: string; faces: unknown });
    expect([first!.photo, second!.photo]).toEqual(['a0.png', 'b0.png']);
    expect((JSON.parse(picture.stdout) as { faces: unknown }).faces).toEqual(first!.faces);
  });

  test('ends quietly where whoever reads its output has gone', async () => {
    const child = spawn(process.execPath, [cli, 'embed', ...Array<string>(60).fill('a0.png'), '--pack', 'sample'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number];
    expect([code, stderr]).toEqual([0, '']);
  });
});
