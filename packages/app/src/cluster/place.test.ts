import { describe, expect, test } from 'vitest';
import { placeInCluster } from './place.js';
import { expandCounts, expandHosts } from './slurm-lists.js';

const SLURM = { SLURM_PROCID: '2', SLURM_NTASKS: '3', SLURM_JOB_NODELIST: 'node[1-3]', SLURM_TASKS_PER_NODE: '1(x3)' };
const JOB = { JOB_COMPLETION_INDEX: '1', LIN_WORKERS: '2', LIN_SERVICE: 'lin', HOSTNAME: 'train-1' };
const TORCH = { RANK: '1', WORLD_SIZE: '2', LOCAL_WORLD_SIZE: '2', MASTER_ADDR: '127.0.0.1', MASTER_PORT: '29500' };
const TF_CONFIG = '{"cluster":{"worker":["a:1","b:2"]},"task":{"type":"worker","index":1}}';

describe('a process is the worker that its launcher says', () => {
  test.each<[string, Record<string, string>, string[], number]>([
    ['TF_CONFIG', { TF_CONFIG }, ['a:1', 'b:2'], 1],
    ['TF_CONFIG, before all others', { TF_CONFIG, ...SLURM, ...TORCH }, ['a:1', 'b:2'], 1],
    ['srun', SLURM, ['node1:47100', 'node2:47100', 'node3:47100'], 2],
    [
      'srun, several tasks on a node, of a job of its own',
      {
        SLURM_PROCID: '1',
        SLURM_STEP_NUM_TASKS: '3',
        SLURM_NTASKS: '8',
        SLURM_STEP_NODELIST: 'gpu[08-09]',
        SLURM_JOB_NODELIST: 'gpu[08-20]',
        SLURM_STEP_TASKS_PER_NODE: '2,1',
        SLURM_JOB_ID: '7002',
      },
      ['gpu08:47132', 'gpu08:47133', 'gpu09:47132'],
      1,
    ],
    ['srun and LIN_PORT', { ...SLURM, LIN_PORT: '5000' }, ['node1:5000', 'node2:5000', 'node3:5000'], 2],
    ['an Indexed Job', JOB, ['train-0.lin:47100', 'train-1.lin:47100'], 1],
    ['torchrun', TORCH, ['localhost:29501', 'localhost:29502'], 1],
  ])('%s', (_, environment, workers, index) => {
    expect(placeInCluster(environment)).toEqual({ workers, index });
  });

  test.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['an Indexed Job of other work', { JOB_COMPLETION_INDEX: '3', HOSTNAME: 'embed-3' }],
    [
      'a job of one task',
      { ...SLURM, SLURM_PROCID: '0', SLURM_NTASKS: '1', SLURM_JOB_NODELIST: 'n1', SLURM_TASKS_PER_NODE: '1' },
    ],
    ['torchrun of one', { ...TORCH, RANK: '0', WORLD_SIZE: '1', LOCAL_WORLD_SIZE: '1' }],
  ])('and trains alone for %s', (_, environment) => {
    expect(placeInCluster(environment)).toBeUndefined();
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'lists of SLURM that do not fit',
      { ...SLURM, SLURM_NTASKS: '4' },
      /SLURM has 4 tasks, but .* make 3; set TF_CONFIG/,
    ],
    ['an Indexed Job without a service', { ...JOB, LIN_SERVICE: '' }, /LIN_SERVICE, .* \(it is not set\)/],
    ['a pod with a name of its own', { ...JOB, HOSTNAME: 'web' }, /HOSTNAME, <job>-1 \(it is web\)/],
    ['a number that is not one', { ...JOB, LIN_WORKERS: 'two' }, /LIN_WORKERS is "two"; expected a whole number/],
    ['torchrun on two machines', { ...TORCH, LOCAL_WORLD_SIZE: '1' }, /runs 2 processes, 1 of them here/],
    ['a TF_CONFIG that cannot be read', { TF_CONFIG: '{' }, /TF_CONFIG is not JSON/],
  ])('refuses %s', (_, environment, message) => {
    expect(() => placeInCluster(environment)).toThrow(message);
  });
});

describe("SLURM's lists", () => {
  test.each([
    ['node7', ['node7']],
    ['a,b', ['a', 'b']],
    ['node[01-03,7],gpu1', ['node01', 'node02', 'node03', 'node7', 'gpu1']],
    ['r[1-2]n[09-10]', ['r1n09', 'r1n10', 'r2n09', 'r2n10']],
    ['n[99-101].cluster', ['n99.cluster', 'n100.cluster', 'n101.cluster']],
  ])('of hosts: %s', (list, hosts) => {
    expect(expandHosts(list)).toEqual(hosts);
  });
  test.each([
    ['4', [4]],
    ['2(x3),1', [2, 2, 2, 1]],
  ])('of counts: %s', (list, counts) => {
    expect(expandCounts(list)).toEqual(counts);
  });
});
