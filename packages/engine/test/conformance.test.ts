// Every op that Lin uses, and its gradient, on the fast backends against tfjs's pure-JavaScript `cpu` backend, whose kernels sum in float64.
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nativeTensors, on, readyBackends } from './backends.js';
import { answer, expectSame } from './op-case.js';
import { elementwise } from './op-cases/elementwise.js';
import { linear } from './op-cases/linear.js';
import { reductionCases } from './op-cases/reductions.js';
import { shapeCases } from './op-cases/shapes.js';

const cases = [...elementwise, ...linear, ...reductionCases, ...shapeCases];
const backends = await readyBackends();

describe.each(backends)('on $title', ({ name, skipped }) => {
  let before: { tensors: number; native: number };
  const held = () => ({ tensors: tf.memory().numTensors, native: name === 'tensorflow' ? nativeTensors() : 0 });
  beforeEach(() => {
    before = skipped ? { tensors: 0, native: 0 } : held();
  });
  afterEach(() => {
    if (!skipped) expect(held()).toEqual(before);
  });

  describe.skipIf(skipped)('forward and gradient agree with cpu:', () => {
    test.each(cases.map((opCase) => [opCase.name, opCase] as const))('%s', (_, opCase) => {
      if (name === 'tensorflow' && opCase.tensorflowRefuses) {
        expect(() => on(name, () => answer({ ...opCase, differentiable: false }))).toThrow(opCase.tensorflowRefuses);
        return;
      }
      const expected = on('cpu', () => answer(opCase));
      const actual = on(name, () => answer(opCase));
      expectSame(actual.outputs, expected.outputs);
      expectSame(actual.gradients, expected.gradients);
    });
  });
});
