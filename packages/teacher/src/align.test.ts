import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { noise } from '../test/noise.js';
import { temporaryFolder } from '../test/tiny-models.js';
import align from './align.js';
import { openFaceAnalyzer } from './face-analyzer.js';
import { writeStandInPack } from './stand-in/stand-in-pack.js';

test(
  'the module for imports gives the most prominent face of the pack that LIN_TEACHER_PACK names, or null, ' +
    'and lets the process end',
  async () => {
    const pack = await temporaryFolder();
    await writeStandInPack(pack);
    process.env['LIN_TEACHER_PACK'] = pack;
    const photo = { data: new Uint8Array(200 * 200 * 3), width: 200, height: 200 };
    for (let row = 60; row < 130; row++) photo.data.fill(255, (row * 200 + 70) * 3, (row * 200 + 120) * 3); // a white field
    const analyzer = await openFaceAnalyzer({ pack, tasks: ['detection'] });
    const [face] = (await analyzer.analyze(photo, { maxFaces: 1 })).faces;
    await analyzer.close();
    expect(Buffer.compare((await align(photo))!, face!.crop)).toBe(0);
    expect(await align({ ...photo, data: new Uint8Array(photo.data.length) })).toBeNull();
    const crop = noise(112, 112);
    expect(Buffer.compare((await align(crop))!, crop.data)).toBe(0);

    const script =
      `import align from '@lin/teacher/align'; console.log(await align({ data: new Uint8Array(64 * 64 * 3), width: ` +
      '64, height: 64 }));';
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--conditions=@lin/source', '--import', 'tsx', '--input-type=module', '-e', script],
      { cwd: import.meta.dirname, encoding: 'utf8', timeout: 50_000 },
    );
    expect([stdout.trim(), status]).toEqual(['null', 0]);
  },
);
