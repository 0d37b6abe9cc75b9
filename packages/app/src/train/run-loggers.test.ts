import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { LoggerError, readMetrics } from '@lin/train';
import { FakeMlflow, freePort, PNG } from '../../test/mlflow-server.js';
import { fitted, toyTraining } from '../../test/toy-training.js';
import { logResults } from './run-loggers.js';

interface Batch {
  metrics?: { key: string; value: number; step: number }[];
  params?: { key: string; value: string }[];
}

let server: FakeMlflow;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(async () => {
  server = await FakeMlflow.start();
});
afterEach(() => server.close());

const withServer = (url = server.url) => ({ logging: { mlflow: { url, experiment: 'toys' } } });
const eventsIn = async (folder: string) => {
  const names = (await readdir(folder)).filter((name) => name.startsWith('events.out.tfevents.'));
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))));
};

test('a server that the config names has the settings, and the rows of metrics.jsonl', async () => {
  const run = await toyTraining({ config: withServer() });
  await fitted(run);
  const batches = server.sent<Batch>('mlflow/runs/log-batch');
  const params = batches.flatMap(({ params = [] }) => params);
  expect(params).toContainEqual({ key: 'linearizer.learning_rate', value: '0.05' });
  expect(params).toContainEqual({ key: 'linearizer.learning_rate_milestones', value: '[0.5,0.75]' });
  const rows = await readMetrics(run.folder.metrics);
  const losses = batches.flatMap(({ metrics = [] }) => metrics).filter(({ key }) => key === 'loss');
  expect(losses.map(({ step, value }) => [step, value])).toEqual(rows.map(({ step, loss }) => [step, loss]));
  expect(server.sent<{ status: string }>('mlflow/runs/update').map(({ status }) => status)).toEqual(['FINISHED']);
  expect((await eventsIn(run.folder.path)).includes('_hparams_/session_start_info')).toBe(true);
  run.model.dispose();
});

test('figures of the report and of the tests go to TensorBoard and to the same run of the server', async () => {
  const run = await toyTraining({ config: withServer() });
  await fitted(run);
  await logResults(run, 27, { scalars: { 'test.cosine': 0.5 }, figures: new Map([['report/flow', PNG]]) });
  expect(server.sent('mlflow/runs/create')).toHaveLength(1);
  expect(server.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body)).toEqual([PNG]);
  const metrics = server.sent<Batch>('mlflow/runs/log-batch').at(-1)!.metrics!;
  expect(metrics).toMatchObject([{ key: 'test.cosine', value: 0.5, step: 27 }]);
  const events = await eventsIn(run.folder.path);
  expect(['report/flow', 'test/cosine'].map((tag) => events.includes(tag))).toEqual([true, true]);
  expect(events.includes(PNG)).toBe(true);
  expect((await readMetrics(run.folder.metrics)).some((row) => 'test.cosine' in row)).toBe(false);
  run.model.dispose();
});

test('a resumed run goes on in the same run of the server', async () => {
  const first = await toyTraining({ config: { ...withServer(), linearizer: { num_epochs: 1 } } });
  await fitted(first);
  const second = await toyTraining({ config: withServer(), folder: first.folder });
  await fitted(second, { resume: true });
  expect(server.sent('mlflow/runs/create')).toHaveLength(1);
  const statuses = server.sent<{ status: string }>('mlflow/runs/update').map(({ status }) => status);
  expect(statuses).toEqual(['FINISHED', 'RUNNING', 'FINISHED']);
  for (const { model } of [first, second]) model.dispose();
});

test('a server that is not there is refused before the first step; one that goes away later ends nothing', async () => {
  const nobody = await toyTraining({ config: withServer(`http://127.0.0.1:${await freePort()}`) });
  await expect(fitted(nobody)).rejects.toThrow(LoggerError);
  expect(await readMetrics(nobody.folder.metrics)).toEqual([]);

  const run = await toyTraining({ config: withServer() });
  server.refuse = ({ path }) => (path === 'mlflow/runs/log-batch' ? 400 : undefined);
  let warned = '';
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((warned += String(text)), true));
  const { finished } = await fitted(run).finally(() => stderr.mockRestore());
  expect(finished).toBe(true);
  expect(warned.match(/What cannot be sent is lost; the training goes on\./g)).toHaveLength(1);
  for (const { model } of [nobody, run]) model.dispose();
});
