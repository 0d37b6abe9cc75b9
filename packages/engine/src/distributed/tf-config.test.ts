import { describe, expect, test } from 'vitest';
import { ClusterConfigError } from '../errors.js';
import { checkPlace, clusterOfTfConfig } from './tf-config.js';

describe('TF_CONFIG', () => {
  const cluster = { worker: ['a:1', 'b:2'] };
  test.each([
    [
      { cluster, task: { type: 'worker', index: 1 } },
      { workers: ['a:1', 'b:2'], index: 1 },
    ],
    [
      { cluster: { chief: ['c:3'], ...cluster }, task: { type: 'worker', index: 0 } },
      { workers: ['c:3', 'a:1', 'b:2'], index: 1 },
    ],
    [
      { cluster: { ...cluster, chief: ['c:3'] }, task: { type: 'chief', index: 0 } },
      { workers: ['c:3', 'a:1', 'b:2'], index: 0 },
    ],
    [
      { cluster: { ...cluster, evaluator: ['e:5'] }, task: { type: 'worker', index: 0 } },
      { workers: ['a:1', 'b:2'], index: 0 },
    ],
  ])('%j is %j', (config, place) => {
    expect(clusterOfTfConfig(JSON.stringify(config))).toEqual(place);
  });

  test.each([
    ['worker 0 of 2', /is not JSON as TensorFlow has it/],
    ['null', /is not JSON/],
    [
      { cluster: { ps: ['p:1'], ...cluster }, task: { type: 'ps', index: 0 } },
      /a job named ps; only a chief and workers/,
    ],
    [{ cluster, task: { type: 'worker', index: 2 } }, /is not one of the cluster's 2 workers/],
    [{ cluster, task: { type: 'evaluator', index: 0 } }, /is not one of the cluster's 2 workers/],
    [{ cluster }, /is not one of/],
    [{ cluster: { worker: 'a:1' }, task: { type: 'worker', index: 0 } }, /cluster\.worker is "a:1"; expected a list/],
  ])('%j is refused', (config, message) => {
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    expect(() => clusterOfTfConfig(text)).toThrow(ClusterConfigError);
    expect(() => clusterOfTfConfig(text)).toThrow(message);
  });
});

describe('a list of workers', () => {
  test.each([[['a.example:1', '[::1]:2', '10.0.0.1:65535'], 2]])('%j may be, with index %i', (workers, index) => {
    expect(() => checkPlace({ workers, index })).not.toThrow();
  });
  test.each([
    [['a:1'], 1, /index is 1, but there are 1 workers/],
    [[], 0, /there are 0 workers/],
    [['a'], 0, /"a" is no address; expected host:port/],
    [['a:0'], 0, /"a:0" is no address/],
    [['a:65536'], 0, /is no address/],
    [['a b:1'], 0, /is no address/],
    [['a:1', 'b:1', 'a:1'], 0, /a:1 is the address of two workers/],
  ])('%j with index %i may not be', (workers, index, message) => {
    expect(() => checkPlace({ workers, index })).toThrow(ClusterConfigError);
    expect(() => checkPlace({ workers, index })).toThrow(message);
  });
});
