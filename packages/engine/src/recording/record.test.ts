import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { toyTraining } from '../../test/toy-training.js';
import { initEngine } from '../engine.js';
import { RecordingError } from './errors.js';
import { record, type RecordOptions } from './record.js';
import type { RecordedStep } from './recorded-step.js';
import type { NamedTensors } from './trace.js';

const missing = await tensorFlowMissing();

/** Relative difference in the Euclidean norm. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const norm = (values: number[]) => Math.hypot(...values);
  return norm(Array.from(a, (value, i) => value - b[i]!)) / norm(Array.from(b));
}

describe.skipIf(missing)(`recording a step${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    await initEngine({ backend: 'tensorflow' });
    tf.disposeVariables(); // another file's, in this process: each test here disposes every variable
  });

  let tensors: number;
  const opened: RecordedStep[] = [];
  beforeEach(() => {
    tensors = tf.memory().numTensors;
  });
  afterEach(async () => {
    for (const step of opened.splice(0)) await step.dispose();
    tf.disposeVariables();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  /** Records with inputs that are disposed of afterwards. */
  async function recordOnce<O extends NamedTensors>(
    step: (inputs: NamedTensors) => O,
    inputs: NamedTensors,
    options: Omit<RecordOptions<NamedTensors>, 'inputs'> = {},
  ): Promise<RecordedStep<NamedTensors, O>> {
    try {
      const recorded = await record(step, { inputs, ...options });
      opened.push(recorded);
      return recorded;
    } finally {
      tf.dispose(inputs);
    }
  }

  describe('replays it', () => {
    test('as a function of its inputs', async () => {
      const recorded = await recordOnce(
        ({ x, y }) => ({ sum: tf.add(x!, y!), product: tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D) }),
        {
          x: tf.ones([2, 2]),
          y: tf.ones([2, 2]),
        },
      );
      const { sum, product } = await recorded.run({ x: Float32Array.of(1, 2, 3, 4), y: Float32Array.of(5, 6, 7, 8) });
      expect(Array.from(sum)).toEqual([6, 8, 10, 12]);
      expect(Array.from(product)).toEqual([19, 22, 43, 50]);
    });

    test('with constants of equal values, which take no room in the graph', async () => {
      const recorded = await recordOnce(
        ({ x }) => ({
          ones: tf.add(x!, tf.fill([1000, 100], 1.5)),
          integers: tf.add(tf.cast(x!, 'int32'), tf.fill([1000, 100], -3, 'int32')),
          chosen: tf.where(tf.onesLike(x!).cast('bool'), x!, tf.zeros([1000, 100])),
          uneven: tf.add(x!, tf.tensor1d([...new Array<number>(99).fill(0), 7])),
        }),
        { x: tf.ones([1000, 100]) },
      );
      expect(recorded.graphDef().length).toBeLessThan(10_000);
      const { ones, integers, chosen, uneven } = await recorded.run({ x: new Float32Array(100_000).fill(2) });
      expect([
        ones!.every((value) => value === 3.5),
        integers!.every((value) => value === -1),
        chosen!.every((value) => value === 2),
      ]).toEqual([true, true, true]);
      expect([uneven![0], uneven![99], uneven![199]]).toEqual([2, 9, 9]);
    });

    test('from a tensor that the caller disposes of while the step runs', async () => {
      const recorded = await recordOnce(({ x }) => ({ y: tf.add(x!, 1) }), { x: tf.zeros([1000]) });
      const x = tf.fill([1000], 4);
      const running = recorded.run({ x });
      x.dispose();
      expect((await running).y!.every((value) => value === 5)).toBe(true);
    });

    test('with variables that stay on the device and are updated there', async () => {
      const counter = tf.tidy(() => tf.variable(tf.scalar(10)));
      const recorded = await recordOnce(
        ({ by }) => {
          const before = tf.clone(counter as tf.Tensor);
          counter.assign(tf.add(counter, by!) as tf.Scalar);
          return { before, after: tf.clone(counter as tf.Tensor) };
        },
        { by: tf.scalar(1) },
      );
      expect(counter.dataSync()[0]).toBe(10); // recording leaves it as it was
      expect((await recorded.run({ by: 5 })).before[0]).toBe(10);
      expect((await recorded.run({ by: 5 })).after[0]).toBe(20);
      expect(counter.dataSync()[0]).toBe(10);
      await recorded.read();
      expect(counter.dataSync()[0]).toBe(20);
      tf.tidy(() => counter.assign(tf.scalar(-1)));
      await recorded.write();
      expect((await recorded.run({ by: 0 })).after[0]).toBe(-1);
    });

    test('with two variables that exchange their values', async () => {
      const [a, b] = [1, 2].map((value) => tf.tidy(() => tf.variable(tf.scalar(value)))) as [tf.Variable, tf.Variable];
      const recorded = await recordOnce(
        () => {
          const kept = tf.clone(a as tf.Tensor);
          a.assign(b);
          b.assign(kept);
          return {};
        },
        {},
        {
          variables: new Map([
            ['a', a],
            ['b', b],
          ]),
        },
      );
      await recorded.run({});
      expect([(await recorded.valueOf('a'))[0], (await recorded.valueOf('b'))[0]]).toEqual([2, 1]);
    });

    test('with variables that began as one tensor, each for itself', async () => {
      const [a, b] = tf.tidy(() => {
        const zero = tf.scalar(0);
        return [tf.variable(zero), tf.variable(zero)] as const;
      });
      const recorded = await recordOnce(() => {
        a.assign(tf.add(a, 1) as tf.Scalar);
        return { a: tf.clone(a as tf.Tensor), b: tf.add(b, 0) };
      }, {});
      await recorded.run({});
      const { a: first, b: second } = await recorded.run({});
      expect([first[0], second[0]]).toEqual([2, 0]);
    });

    test.each(['dense', 'convolutional'] as const)(
      'of a %s network under Adam, as 20 eager steps would',
      async (kind) => {
        const [eager, replayed] = [toyTraining(kind), toyTraining(kind)];
        const recorded = await recordOnce(replayed.step, replayed.inputs(0), { variables: replayed.variables });
        for (let i = 0; i < 20; i++) {
          const inputs = eager.inputs(i);
          const loss = tf.tidy(() => eager.step(inputs).loss.dataSync()[0]!);
          expect(difference((await recorded.run(inputs)).loss, [loss])).toBeLessThan(1e-4); // rounding, which training amplifies
          tf.dispose(inputs);
        }
        for (const [name, variable] of eager.variables) {
          // A few steps of Adam divide rounding by gradients that are nearly zero; those of the moments are not divided.
          expect(difference(await recorded.valueOf(name), variable.dataSync())).toBeLessThan(
            name.startsWith('adam') ? 1e-4 : 1e-3,
          );
        }
      },
    );

    test('in turns, when several runs are asked for at once', async () => {
      const total = tf.tidy(() => tf.variable(tf.scalar(0)));
      const recorded = await recordOnce(
        ({ x }) => {
          total.assign(tf.add(tf.mul(total, 10), x!) as tf.Scalar);
          return { total: tf.clone(total as tf.Tensor) };
        },
        { x: tf.scalar(0) },
      );
      const x = Float32Array.of(0);
      const runs = [1, 2, 3].map((digit) => {
        x[0] = digit; // the buffer is free again as soon as run has returned
        return recorded.run({ x });
      });
      expect((await Promise.all(runs)).map(({ total }) => total[0])).toEqual([1, 12, 123]);
    });

    test('while JavaScript goes on', async () => {
      const recorded = await recordOnce(
        ({ x }) => {
          let y = x as tf.Tensor2D;
          for (let i = 0; i < 30; i++) y = tf.mul(tf.matMul(y, y), 1e-3);
          return { y: tf.mean(y) };
        },
        { x: tf.ones([600, 600]) },
      );
      let ticks = 0;
      const timer = setInterval(() => ticks++, 1);
      await recorded.run({ x: new Float32Array(360_000) });
      clearInterval(timer);
      expect(ticks).toBeGreaterThan(2); // 13 GFLOP: nowhere below 10 ms
    });

    test('with variables that give their memory back until they are read', async () => {
      const weight = tf.tidy(() => tf.variable(tf.fill([1000], 1)));
      const step = ({ by }: NamedTensors) => {
        weight.assign(tf.add(weight, by!));
        return { total: tf.sum(weight) };
      };
      const recorded = await recordOnce(
        step,
        { by: tf.scalar(1) },
        { variables: new Map([['weight', weight as tf.Variable]]), release: true },
      );
      await recorded.run({ by: 2 });
      expect(() => weight.dataSync()).toThrow(
        /weight: its value is on the device of a recorded step; await read\(\) first/,
      );
      expect(() => tf.tidy(() => tf.neg(weight))).toThrow(/its value is on the device/);
      await recorded.read();
      expect(weight.dataSync()[999]).toBe(3);
      expect((await recorded.run({ by: 2 })).total[0]).toBe(5000);
      expect(() => weight.dataSync()).toThrow(/its value is on the device/); // it would be the value of the step before
      await recorded.read();
      expect(weight.dataSync()[0]).toBe(5);
    });

    test('beside another step that shares its variables', async () => {
      const weight = tf.tidy(() => tf.variable(tf.scalar(3)));
      const variables = new Map([['weight', weight as tf.Variable]]);
      const train = await recordOnce(
        () => {
          weight.assign(tf.add(weight, 1) as tf.Scalar);
          return {};
        },
        {},
        { variables },
      );
      await train.run({});
      const evaluate = await recordOnce(
        ({ x }) => ({ y: tf.mul(x!, weight) }),
        { x: tf.scalar(1) },
        { variables, shareWith: train },
      );
      expect((await evaluate.run({ x: 2 })).y[0]).toBe(8);
      await train.run({});
      expect((await evaluate.run({ x: 2 })).y[0]).toBe(10);
    });

    test('with a stopwatch on every op', async () => {
      const recorded = await recordOnce(({ x }) => ({ y: tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D) }), {
        x: tf.ones([300, 300]),
      });
      const rows = await recorded.profile({ x: new Float32Array(90_000) });
      expect(rows[0]!.op).toContain('MatMul'); // 54 MFLOP beside copies
      expect(rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    });

    test('of ops whose outputs are several, of int32 and bool, and of indices', async () => {
      const order = tf.tidy(() => tf.variable(tf.tensor1d([2, 0, 1], 'int32'), false));
      const recorded = await recordOnce(
        ({ x }) => {
          const [first, rest] = tf.split(x as tf.Tensor2D, [1, 2], 1);
          return {
            first: first!,
            rest: rest!,
            picked: tf.gather(x!, order as tf.Tensor1D, 1),
            large: tf.greater(x!, 2),
            whole: tf.cast(x!, 'int32'),
            column: tf.expandDims(x!, -1),
          };
        },
        { x: tf.tensor2d([[1, 2, 3]]) },
      );
      const outputs = await recorded.run({ x: Float32Array.of(4, 1.5, 9) });
      expect(Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, Array.from(values)]))).toEqual({
        first: [4],
        rest: [1.5, 9],
        picked: [9, 4, 1.5],
        large: [1, 0, 1],
        whole: [4, 1, 9],
        column: [4, 1.5, 9],
      });
    });
  });

  describe('refuses', () => {
    const x = () => ({ x: tf.tensor1d([1, -2, 3]) });

    test.each([
      [
        'reading a value',
        ({ x }: NamedTensors) => ({ y: tf.mul(x!, tf.square(x!).dataSync()[0]!) }),
        /reads the value of the output of Square/,
      ],
      ['random numbers', ({ x }: NamedTensors) => ({ y: tf.add(x!, tf.randomNormal([3])) }), /draws random numbers/],
      ['dropout', ({ x }: NamedTensors) => ({ y: tf.dropout(x!, 0.5) }), /draws random numbers/],
      [
        'shapes that depend on values',
        ({ x }: NamedTensors) => ({ y: tf.unique(x as tf.Tensor1D).values }),
        /shape of Unique/,
      ],
      ['a promise', (async () => ({})) as unknown as () => NamedTensors, /not a promise/],
      ['a number', (() => ({ y: 3 })) as unknown as () => NamedTensors, /object of tensors/],
    ])('%s, and leaves the variables as they were', async (_, step, message) => {
      const variable = tf.tidy(() => tf.variable(tf.scalar(1)));
      const changing = (inputs: NamedTensors) => {
        variable.assign(tf.add(variable, 1) as tf.Scalar);
        return step(inputs);
      };
      await expect(recordOnce(message.source.includes('promise') ? step : changing, x())).rejects.toThrow(message);
      expect(variable.dataSync()[0]).toBe(1);
      expect(() => tf.tidy(() => tf.randomNormal([2]).dataSync())).not.toThrow(); // randomness is back
    });

    test('but takes random numbers of a given seed, which are the same at every step', async () => {
      const recorded = await recordOnce(({ x }) => ({ y: tf.add(x!, tf.randomNormal([3], 0, 1, 'float32', 7)) }), x());
      const noise = tf.tidy(() => tf.randomNormal([3], 0, 1, 'float32', 7).dataSync());
      expect((await recorded.run({ x: new Float32Array(3) })).y).toEqual(noise);
    });

    test('inputs of another shape, unknown ones, and missing ones', async () => {
      const recorded = await recordOnce(({ x }) => ({ y: tf.neg(x!) }), x());
      await expect(recorded.run({ x: new Float32Array(4) })).rejects.toThrow(
        /input x was recorded with shape \[3\], but got 4 numbers/,
      );
      const column = tf.ones([3, 1]);
      await expect(recorded.run({ x: column })).rejects.toThrow(/shape \[3\], but got \[3, 1\]/);
      column.dispose();
      await expect(recorded.run({ z: 1 })).rejects.toThrow(/no input z; it has x/);
      await expect(recorded.run({})).rejects.toThrow(/input x is missing/);
    });

    test('names that TensorFlow has no room for', async () => {
      await expect(recordOnce(({ 'a b': x }) => ({ y: tf.neg(x!) }), { 'a b': tf.scalar(1) })).rejects.toThrow(
        /"a b" cannot be the name/,
      );
    });

    test('to run once it is disposed of', async () => {
      const recorded = await recordOnce(({ x }) => ({ y: tf.neg(x!) }), x());
      await recorded.dispose();
      await expect(recorded.run({ x: new Float32Array(3) })).rejects.toThrow(RecordingError);
      await recorded.dispose(); // twice is fine
    });

    test('other backends', async () => {
      await initEngine({ backend: 'cpu' });
      await expect(record(() => ({}), { inputs: {} })).rejects.toThrow(/the cpu backend runs op by op/);
      await tf.setBackend('tensorflow');
    });
  });
});
