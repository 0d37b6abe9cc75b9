import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeMlflow, freePort, PNG } from '../../test/mlflow-server.js';
import { LoggerError } from './logger-error.js';
import { MlflowLogger } from './mlflow.js';

describe('a run on an MLflow server', () => {
  let server: FakeMlflow;
  beforeEach(async () => {
    server = await FakeMlflow.start();
  });
  afterEach(() => server.close());

  const open = (options: Partial<Parameters<typeof MlflowLogger.open>[0]> = {}) =>
    MlflowLogger.open({ url: `${server.url}/`, experiment: 'faces', runName: 'a', ...options });

  test('is created in its experiment, with tags, and with the token that the server wants', async () => {
    const log = await open({ tags: { place: 'here' }, token: 'secret' });
    expect(log.runId).toBe('run-1');
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET mlflow/experiments/get-by-name?experiment_name=faces',
      'POST mlflow/runs/create',
      'POST mlflow/runs/set-tag',
    ]);
    expect(new Set(server.requests.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer secret']));
    expect(server.sent('mlflow/runs/create')).toEqual([
      { experiment_id: '7', run_name: 'a', start_time: expect.any(Number) as number },
    ]);
    expect(server.sent('mlflow/runs/set-tag')).toEqual([{ run_id: 'run-1', key: 'place', value: 'here' }]);
    await log.close();
  });

  test('makes the experiment where there is none of that name', async () => {
    server.refuse = ({ path }) => (path.startsWith('mlflow/experiments/get') ? 404 : undefined);
    await (await open()).close();
    expect(server.sent('mlflow/experiments/create')).toEqual([{ name: 'faces' }]);
  });

  test('has its parameters, a hundred at a time, metrics by step, images, and how it ended', async () => {
    const log = await open();
    await log.hyperparameters(Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`key.${i}`, i])));
    await log.scalars(1, { loss: 0.5, 'loss.cosine': 0.25, broken: NaN });
    await log.scalars(2, { loss: 0.25 });
    await log.image(2, 'report/flow', PNG);
    await log.close('interrupted');

    type Batch = {
      metrics?: { key: string; value: number; step: number }[];
      params?: { key: string; value: string }[];
    };
    const batches = server.sent<Batch>('mlflow/runs/log-batch');
    expect(batches.flatMap(({ params }) => (params ? [params.length] : []))).toEqual([100, 50]);
    expect(batches.flatMap(({ params = [] }) => params)[149]).toEqual({ key: 'key.149', value: '149' });
    expect(batches.flatMap(({ metrics = [] }) => metrics.map(({ key, value, step }) => [key, value, step]))).toEqual([
      ['loss', 0.5, 1],
      ['loss.cosine', 0.25, 1],
      ['loss', 0.25, 2],
    ]);
    const put = server.requests.find(({ method }) => method === 'PUT');
    expect(put?.path).toBe('mlflow-artifacts/artifacts/7/run-1/artifacts/figures/report/flow-2.png');
    expect(put?.body).toEqual(PNG);
    expect(server.sent('mlflow/runs/update')).toEqual([
      { run_id: 'run-1', status: 'KILLED', end_time: expect.any(Number) as number },
    ]);
    expect(server.requests.at(-1)!.path).toBe('mlflow/runs/update');
  });

  test('goes on with an earlier run, and makes another one where that is gone', async () => {
    const again = await open({ runId: 'run-1' });
    expect(server.sent('mlflow/runs/update')).toEqual([{ run_id: 'run-1', status: 'RUNNING' }]);
    expect(server.sent('mlflow/runs/create')).toEqual([]);
    await again.close();
    server.refuse = ({ path }) => (path.startsWith('mlflow/runs/get') ? 404 : undefined);
    await (await open({ runId: 'run-0' })).close();
    expect(server.sent('mlflow/runs/create')).toHaveLength(1);
  });

  test('that is gone on with keeps its parameters; a changed one has a name that says when', async () => {
    const problems: string[] = [];
    const session = async (rate: number, runId?: string) => {
      const log = await open({ runId, onProblem: (message) => problems.push(message) });
      await log.hyperparameters({ rate, epochs: 3 });
      await log.close();
    };
    await session(0.1);
    for (const rate of [0.1, 0.2, 0.2, 0.1]) await session(rate, 'run-1');
    expect(Object.fromEntries(server.params)).toEqual({
      rate: '0.1',
      epochs: '3',
      'rate.resumed_2': '0.2',
      'rate.resumed_4': '0.1',
    });
    expect(server.tags.get('lin.resumed')).toBe('4');
    expect(problems).toEqual([]);
  });

  test('that refuses some parameters has all others, and every metric that is logged afterwards, asked again if need be', async () => {
    const problems: string[] = [];
    server.params.set('key.3', 'another');
    const log = await open({ onProblem: (message) => problems.push(message) });
    await log.hyperparameters(Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`key.${i}`, i])));
    await log.scalars(1, { loss: 0.5 });
    await sent(() => server.params.size === 8);
    let left = 1;
    server.refuse = ({ path }) => (path === 'mlflow/runs/log-batch' && left-- > 0 ? 503 : undefined);
    await log.scalars(2, { loss: 0.25 });
    await log.close();
    expect([...server.params.keys()].sort()).toEqual(Array.from({ length: 8 }, (_, i) => `key.${i}`));
    const metrics = server
      .sent<{ metrics?: { step: number }[] }>('mlflow/runs/log-batch')
      .flatMap(({ metrics = [] }) => metrics);
    expect([...new Set(metrics.map(({ step }) => step))]).toEqual([1, 2]);
    expect(problems).toEqual([
      `${server.url} answers 400 to mlflow/runs/log-batch: Changing param values is not allowed. ` +
        'What cannot be sent is lost; the training goes on.',
    ]);
  });

  test('that is away for longer has all in the end, in order', { timeout: 20_000 }, async () => {
    const problems: string[] = [];
    const log = await open({ onProblem: (message) => problems.push(message) });
    server.refuse = () => 503;
    await log.hyperparameters({ rate: 0.1 });
    await log.scalars(1, { loss: 0.5 });
    await sent(() => problems.length > 0);
    await log.scalars(2, { loss: 0.25 });
    server.refuse = () => undefined;
    const before = server.requests.length;
    await log.close();
    expect(server.requests.slice(before).map(({ path, body }) => [path, /loss|rate/.exec(String(body))?.[0]])).toEqual([
      ['mlflow/runs/log-batch', 'loss'],
      ['mlflow/runs/log-batch', 'rate'],
      ['mlflow/runs/update', undefined],
    ]);
    const { metrics } = JSON.parse(String(server.requests[before]!.body)) as { metrics: { step: number }[] };
    expect(metrics.map(({ step }) => step)).toEqual([1, 2]);
    expect(problems).toEqual([expect.stringMatching(/answers 503 .* waits until it answers; the training goes on\.$/)]);
  });

  test('that is in trouble for a moment is asked again', async () => {
    const problems: string[] = [];
    const log = await open({ onProblem: (message) => problems.push(message) });
    let left = 1;
    server.refuse = ({ path }) => (path === 'mlflow/runs/log-batch' && left-- > 0 ? 503 : undefined);
    await log.scalars(1, { loss: 0.5 });
    await log.close();
    expect(server.sent('mlflow/runs/log-batch')).toHaveLength(2);
    expect(problems).toEqual([]);
  });

  test('that refuses or is gone loses what was logged; it is said once, and nothing is thrown', async () => {
    const problems: string[] = [];
    const log = await open({ onProblem: (message) => problems.push(message) });
    server.refuse = () => 400;
    await log.scalars(1, { loss: 0.5 });
    await log.scalars(2, { loss: 0.5 });
    await log.image(2, 'flow', PNG);
    await log.close();
    expect(problems).toEqual([
      `${server.url} answers 400 to mlflow/runs/log-batch: there is no such thing What cannot be sent is lost; the training goes on.`,
    ]);
  });

  test('says where images cannot be sent, since the server does not keep files', async () => {
    server.artifactUri = '/mlruns/7/run-1/artifacts';
    const problems: string[] = [];
    const log = await open({ onProblem: (message) => problems.push(message) });
    await log.image(1, 'flow', PNG);
    await log.close();
    expect(problems[0]).toMatch(/^Images are kept at \/mlruns\/7\/run-1\/artifacts, not by the server\./);
  });
});

async function sent(isDone: () => boolean): Promise<void> {
  while (!isDone()) await sleep(10);
}

test('a server that is not there is refused in a sentence, before anything is logged', async () => {
  const opened = MlflowLogger.open({ url: `http://127.0.0.1:${await freePort()}`, runName: 'a' });
  await expect(opened).rejects.toThrow(LoggerError);
  await expect(opened).rejects.toThrow(/^http:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)\.$/);
});
