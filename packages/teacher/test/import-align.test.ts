// lin-data's command as it is typed in a fresh checkout, where no package is built.
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openRecords } from '@lin/data';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { writeStandInPack } from '../src/stand-in.js';
import { temporaryFolder } from './tiny-models.js';

const BIN = fileURLToPath(new URL('../../data/bin/lin-data.cjs', import.meta.url));

test('lin-data import --align @lin/teacher/align finds and aligns the faces of photographs', async () => {
  const folder = await temporaryFolder();
  await writeStandInPack(join(folder, 'pack'), { seed: 2 });
  await mkdir(join(folder, 'photos/someone'), { recursive: true });
  const oval =
    '<svg width="300" height="200"><rect width="300" height="200" fill="#222"/><ellipse cx="120" cy="90" rx="40" ' +
    'ry="52" fill="#fff"/></svg>';
  await sharp(Buffer.from(oval)).jpeg().toFile(join(folder, 'photos/someone/1.jpg'));
  await promisify(execFile)(process.execPath, [BIN, 'import', 'photos', 'records', '--align', '@lin/teacher/align'], {
    cwd: folder,
    env: {
      ...process.env,
      LIN_TEACHER_PACK: join(folder, 'pack'),
      LIN_TEACHER_DETECTION_SIZES: '320',
      LIN_TEACHER_MIN_SCORE: '0.5',
    },
    timeout: 50_000,
  });
  const records = await openRecords(join(folder, 'records'));
  expect(records.imageCount).toBe(1);
  const { width, height } = await sharp((await records.read(records.keys[0]!)).image).metadata();
  expect([width, height]).toEqual([112, 112]);
  await records.close();
});
