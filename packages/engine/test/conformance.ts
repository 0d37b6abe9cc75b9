// Every op that Lin uses, and its gradient, on the fast backends against tfjs's pure-JavaScript `cpu` backend, whose kernels sum in
// float64. On webgpu twice: tfjs computes small tensors in JavaScript there as long as they are not on the GPU, so that most cases would
// never reach a shader.
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nativeTensors, type BackendUnderTest } from './backends.js';
import { answer, expectSame, type Answer, type OpCase } from './op-case.js';

export interface Conformance extends BackendUnderTest {
  /** webgpu's small tensors in shaders too. */
  inShaders?: boolean;
  cases: readonly OpCase[];
}

/** cpu's answer to a case, computed once for all backends: it takes most of the time of the large products. */
const answers = new Map<OpCase, Promise<Answer>>();
function answerOfCpu(opCase: OpCase): Promise<Answer> {
  const found = answers.get(opCase) ?? answer(opCase, 'cpu');
  answers.set(opCase, found);
  return found;
}

export function testConformance({ name, title, skipped, cases, inShaders = false }: Conformance): void {
  describe(`on ${title}`, () => {
    beforeAll(() => {
      if (name === 'webgpu' && !skipped) tf.env().set('WEBGPU_CPU_FORWARD', !inShaders);
    });
    let before: { tensors: number; native: number };
    const held = () => ({ tensors: tf.memory().numTensors, native: name === 'tensorflow' ? nativeTensors() : 0 });
    beforeEach(() => {
      before = skipped ? { tensors: 0, native: 0 } : held();
    });
    afterEach(() => {
      if (!skipped) expect(held()).toEqual(before);
    });

    describe.skipIf(skipped)('forward and gradient agree with cpu:', () => {
      test.each(cases.map((opCase) => [opCase.name, opCase] as const))('%s', async (_, opCase) => {
        if (name === 'tensorflow' && opCase.tensorflowRefuses) {
          await expect(answer({ ...opCase, differentiable: false }, name)).rejects.toThrow(opCase.tensorflowRefuses);
          return;
        }
        const expected = await answerOfCpu(opCase);
        const actual = await answer(opCase, name);
        const tolerance = name === 'webgpu' ? opCase.webgpuTolerance : undefined;
        expectSame(actual.outputs, expected.outputs, tolerance);
        expectSame(actual.gradients, expected.gradients, tolerance);
      });
    });
  });
}
