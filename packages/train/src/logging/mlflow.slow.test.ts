// Against mlflow's own server, where a Python has it: LIN_TEST_PYTHON names the interpreter.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PYTHON, pythonMissing } from '../../../../tools/python-for-tests.js';
import { freePort, PNG } from '../../test/mlflow-server.js';
import { temporaryFolder } from '../../test/toy.js';
import { MlflowLogger } from './mlflow.js';

const missing = await pythonMissing('mlflow');
test.skipIf(missing)(
  `mlflow's own server has the run, its parameters, metrics and images${missing ? ` (SKIPPED: ${missing})` : ''}`,
  { timeout: 180_000 },
  async () => {
    const [folder, port] = [await temporaryFolder(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
    const store = [
      '--backend-store-uri',
      `sqlite:///${folder}/mlflow.db`,
      '--artifacts-destination',
      `${folder}/artifacts`,
    ];
    const server = spawn(PYTHON, [...args, ...store], { cwd: folder, stdio: 'ignore', detached: true });
    try {
      await untilItAnswers(`${url}/health`);
      const log = await MlflowLogger.open({ url, experiment: 'faces', runName: 'a', tags: { place: 'here' } });
      await log.hyperparameters({ 'linearizer.loss': 'cosine', rate: 0.01, on: true });
      for (const step of [1, 2]) await log.scalars(step, { loss: 1 / step, 'validation.cosine': 0.5 });
      await log.image(2, 'report/flow', PNG);
      await log.close('finished');

      const problems: string[] = [];
      const resumed = await MlflowLogger.open({
        url,
        runName: 'a',
        runId: log.runId,
        onProblem: (message) => problems.push(message),
      });
      await resumed.hyperparameters({ 'linearizer.loss': 'cosine', rate: 0.02, on: true, more: 1 });
      await resumed.scalars(3, { loss: 0.25 });
      await resumed.close('finished');
      const ignorant = new Map([
        ['rate', 0.03],
        ['new', 4],
      ]); // it logs what the server refuses: the rest is not lost with it
      const forgetful = await MlflowLogger.open({
        url,
        runName: 'a',
        runId: log.runId,
        onProblem: (message) => problems.push(message),
      });
      (forgetful['logged'].values as Map<string, string>).clear();
      await forgetful.hyperparameters(Object.fromEntries(ignorant));
      await forgetful.close('finished');
      expect(problems).toEqual([
        expect.stringMatching(/answers 400 to mlflow\/runs\/log-batch: .*rate.*What cannot be sent is lost/s),
      ]);

      const ask = async (path: string) =>
        (await fetch(`${url}/api/2.0/${path}`)).json() as Promise<Record<string, never>>;
      const { run } = (await ask(`mlflow/runs/get?run_id=${log.runId}`)) as unknown as {
        run: {
          info: { status: string; run_name: string };
          data: Record<'params' | 'tags' | 'metrics', { key: string; value: unknown }[]>;
        };
      };
      expect([run.info.status, run.info.run_name]).toEqual(['FINISHED', 'a']);
      const asObject = (entries: { key: string; value: unknown }[]) =>
        Object.fromEntries(entries.map(({ key, value }) => [key, value]));
      expect(asObject(run.data.params)).toEqual({
        'linearizer.loss': 'cosine',
        rate: '0.01',
        on: 'true',
        'rate.resumed_1': '0.02',
        more: '1',
        new: '4',
      });
      expect(asObject(run.data.metrics)).toEqual({ loss: 0.25, 'validation.cosine': 0.5 });
      expect(asObject(run.data.tags)).toMatchObject({ place: 'here', 'lin.resumed': '2' });
      const history = await ask(`mlflow/metrics/get-history?run_id=${log.runId}&metric_key=loss`);
      expect(
        (history['metrics'] as unknown as { step: number; value: number }[]).map(({ step, value }) => [step, value]),
      ).toEqual([
        [1, 1],
        [2, 0.5],
        [3, 0.25],
      ]);
      const files = await ask(`mlflow/artifacts/list?run_id=${log.runId}&path=figures/report`);
      expect(files['files']).toMatchObject([
        { path: 'figures/report/flow-2.png', file_size: expect.anything() as unknown },
      ]);
    } finally {
      process.kill(-server.pid!, 'SIGKILL'); // its workers, too
    }
  },
);

async function untilItAnswers(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(250);
  }
}
