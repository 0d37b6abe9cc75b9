// Wrong shapes, dtypes and handles on tensorflow: an error in words, from tfjs where tfjs checks and from TensorFlow where it does; the
// process, the other tensors and the counts of tensors live on.
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TensorFlowError } from '../src/errors.js';
import { askAnything } from './ask-anything.js';
import { nativeTensors, on, readyBackends } from './backends.js';

const [{ skipped, title, version }] = await readyBackends();
const older = Number(version.split('.')[1]) < 21; // 2.16 ends the process where it runs out of memory, and on ops with too few inputs

const ones = (shape: number[], dtype: 'float32' | 'int32' | 'bool' = 'float32') => tf.ones(shape, dtype) as never;
const indices = (...values: number[]) => tf.tensor1d(values, 'int32');

function disposed(): tf.Tensor {
  const tensor = tf.ones([2]);
  tensor.dispose();
  return tensor;
}

// Checked by tfjs-core, before any backend: what the cpu backend says is what tensorflow says.
const TFJS: Record<string, () => unknown> = {
  'add of strings': () => tf.add(tf.tensor(['a']), 1),
  'sqrt of int32': () => tf.sqrt(ones([2], 'int32')),
  'tanh of int32': () => tf.tanh(ones([2], 'int32')),
  'logicalAnd of float32': () => tf.logicalAnd(ones([2]), ones([2])),
  'where of a float32 condition': () => tf.where(ones([2]), ones([2]), ones([2])),
  'gather by float32 indices': () => tf.gather(ones([3]), ones([1])),
  'gather out of range': () => tf.gather(ones([3]), indices(7)),
  'oneHot of float32': () => tf.oneHot(tf.tensor1d([0.5]), 3),
  'cast of strings': () => tf.cast(tf.tensor(['a']), 'float32'),
  'addN of unequal shapes': () => tf.addN([ones([2]), ones([3])]),
  'addN of unequal dtypes': () => tf.addN([ones([2]), ones([2], 'int32')]),
  'equal of shapes that do not broadcast': () => tf.equal(ones([2]), ones([3])),
  'squaredDifference of shapes that do not broadcast': () => tf.squaredDifference(ones([2]), ones([3])),
  'transpose to axes that are not there': () => tf.transpose(ones([2, 3]), [0, 2]),
  'split that does not divide': () => tf.split(ones([5]), 2),
  'split whose sizes do not add up': () => tf.split(ones([5]), [2, 2]),
  'sum along an axis that is not there': () => tf.sum(ones([2, 3]), 2),
  'norm along an axis that is not there': () => tf.norm(ones([2, 2]), 'euclidean', 4),
  'squeeze of an axis longer than 1': () => tf.squeeze(ones([2, 1]), [0]),
  'conv2d of another depth': () => tf.conv2d(ones([1, 4, 4, 3]), ones([3, 3, 2, 4]), 1, 'same'),
  'conv2d of rank 2': () => tf.conv2d(ones([4, 4]), ones([3, 3, 2, 4]), 1, 'same'),
  'a tensor of too few values': () => tf.tensor([1, 2], [3]),
  'reading a disposed tensor': () => disposed().dataSync(),
  'an op on a disposed tensor': () => tf.add(disposed(), 1),
};

// Checked by the backend's kernel: TensorFlow names its op. errors.slow.test.ts has the one that takes ten seconds.
const TENSORFLOW: Record<string, [run: () => unknown, words: RegExp]> = {
  'add of shapes that do not broadcast': [
    () => tf.add(ones([2, 3]), ones([2, 4])),
    /^Add: Incompatible shapes: \[2,3\] vs\. \[2,4\]/,
  ],
  'matMul of unequal inner sizes': [() => tf.matMul(ones([2, 3]), ones([2, 3])), /^MatMul: Matrix size-incompatible/],
  'matMul of vectors': [() => tf.matMul(ones([3]), ones([3])), /^BatchMatMulV2: In\[0\] ndims must be >= 2/],
  'matMul of unequal batches': [
    () => tf.matMul(ones([2, 2, 3]), ones([5, 3, 2])),
    /^BatchMatMulV2: .*compatible batch dimensions/,
  ],
  'reshape to another size': [() => tf.reshape(ones([6]), [4]), /^Reshape: .* 6 values/],
  'concat of unequal shapes': [() => tf.concat([ones([2, 3]), ones([2, 4])], 0), /^ConcatV2: .*must be equal/],
  'stack of unequal shapes': [() => tf.stack([ones([2]), ones([3])]), /^Pack: Shapes of all inputs must match/],
  'slice past the end': [() => tf.slice(ones([4]), [3], [2]), /^Slice: Expected size/],
  'pad of another rank': [() => tf.pad(ones([2, 2]), [[1, 1]]), /^PadV2: /],
  'pad by less than nothing': [
    () =>
      tf.pad(ones([2, 2]), [
        [-1, 1],
        [0, 0],
      ]),
    /^PadV2: Paddings must be non-negative/,
  ],
  'transpose that repeats an axis': [() => tf.transpose(ones([2, 3]), [0, 0]), /^Transpose: /],
  'tile a negative number of times': [() => tf.tile(ones([2]), [-1]), /^Tile: Expected multiples/],
  'scatterND out of range': [
    () => tf.scatterND(tf.tensor2d([[9]], [1, 1], 'int32'), ones([1]), [4]),
    /^ScatterNd: indices\[0\] = \[9\]/,
  ],
  'int32 divided by 0': [() => tf.div(indices(1), indices(0)), /^FloorDiv: Integer division by zero/],
  'mul of bool': [() => tf.mul(ones([2], 'bool'), ones([2], 'bool')), /^Mul: Value for attr 'T' of bool/],
};

interface Binding {
  executeOp(name: string, attributes: object[], inputs: number[], outputs: number): { id: number }[];
  createTensor(shape: number[], dtype: number, values: NodeJS.TypedArray): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): NodeJS.TypedArray;
  loadSavedModel(): never;
}
const FLOAT = 1;
const binding = () => on('tensorflow', () => (tf.backend() as unknown as { binding: Binding }).binding);

function errorOf(run: () => unknown): Error {
  try {
    tf.tidy(() => void run());
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe.skipIf(skipped)(`on ${title}`, () => {
  let bystander: tf.Tensor;
  let before: { tensors: number; native: number };
  const held = () => ({ tensors: tf.memory().numTensors, native: nativeTensors() });

  beforeAll(() => {
    bystander = on('tensorflow', () => tf.square(tf.tensor1d([1, 2, 3])));
  });
  beforeEach(() => {
    before = held();
  });
  afterEach(() => {
    expect(held()).toEqual(before);
    expect(on('tensorflow', () => tf.tidy(() => tf.add(bystander, 1).dataSync()))).toEqual(Float32Array.of(2, 5, 10));
  });
  afterAll(() => bystander.dispose());

  describe("tfjs's own checks speak as they do on cpu:", () => {
    test.each(Object.entries(TFJS))('%s', (_, run) => {
      expect(on('tensorflow', () => errorOf(run)).message).toBe(on('cpu', () => errorOf(run)).message);
    });
  });

  describe("TensorFlow's checks become a TensorFlowError that names its op:", () => {
    test.each(Object.entries(TENSORFLOW))('%s', (_, [run, words]) => {
      const error = on('tensorflow', () => errorOf(run));
      expect(error).toBeInstanceOf(TensorFlowError);
      expect(error.message).toMatch(words);
    });
  });

  describe('the binding refuses', () => {
    test('an op that TensorFlow does not know', () => {
      expect(() => binding().executeOp('NoSuchOp', [], [], 1)).toThrow(/^NoSuchOp: 'NoSuchOp' is neither/);
    });

    test('an attribute of no known type', () => {
      const id = binding().createTensor([1], FLOAT, Float32Array.of(1));
      expect(() => binding().executeOp('Neg', [{ name: 'T', type: 99, value: 3 }], [id], 1)).toThrow('unknown type 99');
      binding().deleteTensor(id);
    });

    test.skipIf(older)('too few inputs, and too many', () => {
      const id = binding().createTensor([1], FLOAT, Float32Array.of(1));
      const type = { name: 'T', type: 4, value: FLOAT };
      expect(() => binding().executeOp('Add', [type], [id], 1)).toThrow(TensorFlowError);
      expect(() => binding().executeOp('Neg', [type], [id, id], 1)).toThrow(TensorFlowError);
      binding().deleteTensor(id);
    });

    test('a tensor that was deleted or never made', () => {
      const id = binding().createTensor([1], FLOAT, Float32Array.of(1));
      binding().deleteTensor(id);
      for (const gone of [id, 10 ** 9, -1]) {
        expect(() => binding().deleteTensor(gone)).toThrow(/is not there/);
        expect(() => binding().tensorDataSync(gone)).toThrow(/is not there/);
        expect(() => binding().executeOp('Neg', [{ name: 'T', type: 4, value: FLOAT }], [gone], 1)).toThrow(
          /is not there/,
        );
      }
    });

    test('values that do not fill their shape', () => {
      expect(() => binding().createTensor([2, 2], FLOAT, new Float32Array(3))).toThrow(
        'takes 16 bytes, but 12 were given',
      );
      expect(() => binding().createTensor([2], 999, new Float32Array(2))).toThrow('dtype 999');
    });

    test('SavedModels', () => {
      expect(() => binding().loadSavedModel()).toThrow(TensorFlowError);
    });
  });

  test('an error within a gradient ends that gradient alone', () => {
    on('tensorflow', () => {
      const x = tf.tensor1d([1, 2]);
      expect(() => tf.grad((y) => tf.sum(tf.matMul(y as never, y as never)))(x)).toThrow(TensorFlowError);
      const gradient = tf.grad((y) => tf.sum(tf.square(y)))(x);
      expect(Array.from(gradient.dataSync())).toEqual([2, 4]);
      tf.dispose([x, gradient]);
    });
  });

  test('a thousand errors hold no memory', () => {
    on('tensorflow', () => {
      for (let i = 0; i < 1000; i++) expect(() => tf.tidy(() => tf.reshape(ones([6]), [4]))).toThrow(TensorFlowError);
    });
  });

  test('whatever is asked of an op, it answers or throws an Error, and holds nothing', () => {
    on('tensorflow', () => askAnything(500));
  });
});
