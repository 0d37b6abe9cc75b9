// The benchmark on networks that take no time: it runs to its end, and prints what it is read for.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';

const missing = await tensorFlowMissing();

test.skipIf(missing)(
  'the benchmark gives the trainer’s overhead and an epoch’s speedup, in wall and CPU time',
  async () => {
    const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'bench', '--', '--tiny'], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
    });
    const { bench, trainer, epoch } = JSON.parse(stdout) as Record<string, Record<string, number | string>>;
    expect(bench).toBe('train');
    expect(trainer).toMatchObject({ steps: 4, batchSize: 4 });
    expect(trainer!['overhead']).toBe(Math.max(Number(trainer!['overheadWall']), Number(trainer!['overheadCpu'])));
    expect(epoch).toMatchObject({ network: 'iresnet-narrow', steps: 1, batchSize: 4 });
    const figures = ['speedupOverNotebookLoop', 'speedupInCpuTime', 'secondsPerImage', 'embeddingSecondsPerImage'];
    for (const figure of figures) expect(epoch![figure]).toBeGreaterThan(0);
  },
  300_000,
);
