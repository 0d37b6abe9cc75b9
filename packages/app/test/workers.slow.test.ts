// Ten kills of workers at random moments: the run ends as the one that was never disturbed, to the last bit.
import { expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { AppFolder } from './run-app.js';
import { runWorkers, trainArguments, weightsOf } from './workers-run.js';

const missing = await tensorFlowMissing();
const KILLS = 10;
const STEPS = 40;

test.skipIf(missing)(
  `a run of two workers of which one is killed ${KILLS} times ends as one that is not${missing ? ` (SKIPPED: ${missing})` : ''}`,
  async () => {
    const app = await AppFolder.withSharedData();
    const more = ['--workers', '2', '--set', 'linearizer.num_epochs=10', '--set', 'training.log_interval=1'];
    expect((await runWorkers(app, 'whole', trainArguments(app, 'whole', ...more))).code).toBe(0);
    const at = Array.from({ length: KILLS }, () => 1 + Math.floor(Math.random() * (STEPS - 2))).sort((a, b) => a - b);
    const kills = at.map((step) => ({ index: Math.floor(Math.random() * 2), step }));
    const args = trainArguments(app, 'killed', ...more, '--restarts', String(KILLS));
    const { code, stderr } = await runWorkers(app, 'killed', args, kills);
    expect(code, `${JSON.stringify(kills)} ${stderr}`).toBe(0);
    expect(await weightsOf(app, 'killed', STEPS)).toEqual(await weightsOf(app, 'whole', STEPS));
  },
  900_000,
);
