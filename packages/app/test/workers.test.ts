// Several processes train one run on this machine as one process does; workers.slow.test.ts kills more of them.
import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { AppFolder } from './run-app.js';
import { rowsOf, runWorkers, trainArguments, weightsOf } from './workers-run.js';

const missing = await tensorFlowMissing();
/** Two epochs of four batches of eight. */
const STEPS = 8;

let app: AppFolder;
beforeAll(async () => {
  app = await AppFolder.withSharedData();
}, 120_000);

describe.skipIf(missing)(`--workers 2${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  test('trains what one process trains, also when a worker is killed, and worker 0 alone writes the run', async () => {
    const alone = await runWorkers(app, 'alone', trainArguments(app, 'alone', '--set', 'training.log_interval=1'));
    expect({ code: alone.code, stderr: alone.stderr }).toEqual({ code: 0, stderr: '' });
    const args = trainArguments(app, 'pair', '--workers', '2', '--set', 'training.log_interval=1');
    const pair = await runWorkers(app, 'pair', args, [{ index: 1, step: 3 }]);
    expect(pair.code).toBe(0);
    expect(pair.stderr).toContain(
      'Warning: a worker has failed; all go on from the last checkpoint (2 restarts are left).',
    );
    expect(pair.stdout).toMatch(/^Cluster {2}worker 0 of 2, .*only this machine reaches them$/m);

    const [wanted, got] = [await weightsOf(app, 'alone', STEPS), await weightsOf(app, 'pair', STEPS)];
    const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
    // Adam divides a small gradient by its own size, and so makes more of a rounding: two threads instead of one, of 3e-4.
    expect(norm(got.map((value, i) => value - wanted[i]!)) / norm(wanted)).toBeLessThan(5e-3);
    const [one, two] = [await rowsOf(app, 'alone'), await rowsOf(app, 'pair')];
    expect(two.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    two.forEach(({ loss }, i) => expect(Math.abs(loss / one[i]!.loss - 1)).toBeLessThan(i === 0 ? 1e-6 : 1e-4));
    expect(await readdir(app.file('runs', 'pair', 'workers'))).toEqual(['1.log']);
    expect(await readFile(app.file('runs', 'pair', 'workers', '1.log'), 'utf8')).toContain('step 8/8  loss ');
    expect(await readdir(app.file('runs', 'pair'))).toEqual(expect.arrayContaining(['summary.json', 'report']));
  }, 420_000);

  test('asks for a batch that can be cut', async () => {
    const { code, stderr } = await app.call(trainArguments(app, 'odd', '--workers', '2', '--fast-dev-run'));
    expect([code, stderr]).toEqual([2, '--fast-dev-run is of one process; leave --workers out.\n']);
  });
});
