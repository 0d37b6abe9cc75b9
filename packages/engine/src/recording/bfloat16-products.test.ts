import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { toyTraining } from '../../test/toy-training.js';
import { initEngine } from '../engine.js';
import { activeTensorFlow } from '../tensorflow/active.js';
import { configProto } from '../tensorflow/config-proto.js';
import { GraphSession } from '../tensorflow/graph-session.js';
import { buildGraph } from './graph-builder.js';
import { RecordedStep } from './recorded-step.js';
import { trace } from './trace.js';

const missing = await tensorFlowMissing();
const STEPS = 20;

describe.skipIf(missing)(
  `products in bfloat16 by casts in the graph, as on a GPU${missing ? ` (SKIPPED: ${missing})` : ''}`,
  () => {
    beforeAll(async () => {
      await initEngine({ backend: 'tensorflow' });
    });
    afterEach(() => tf.disposeVariables());

    /** Losses of 20 steps from the same start. */
    async function train(kind: 'dense' | 'convolutional', products: 'float32' | 'bfloat16'): Promise<number[]> {
      const { step, variables, inputs } = toyTraining(kind);
      const active = activeTensorFlow()!;
      const first = inputs(0);
      const traced = trace(step, { inputs: first, names: variables }, active);
      tf.dispose(first);
      const session = new GraphSession(active.library, configProto({ gpu: false, bfloat16: false }));
      const recorded = new RecordedStep(
        traced,
        buildGraph({ ...traced, products }),
        { session, steps: 0, names: 0, products },
        active,
      );
      await recorded.write();
      const losses: number[] = [];
      for (let i = 0; i < STEPS; i++) {
        const batch = inputs(i);
        losses.push((await recorded.run(batch))['loss']![0]!);
        tf.dispose(batch);
      }
      await recorded.dispose();
      return losses;
    }

    test.each(['dense', 'convolutional'] as const)(
      'a %s network trains as in float32, to the three digits of bfloat16',
      async (kind) => {
        const [exact, rounded] = [await train(kind, 'float32'), await train(kind, 'bfloat16')];
        const differences = exact.map((loss, i) => Math.abs(rounded[i]! - loss) / loss);
        expect(Math.max(...differences)).toBeLessThan(2e-2); // 2⁻⁸ of rounding in each of a few products
        expect(Math.max(...differences)).toBeGreaterThan(1e-6); // it was bfloat16
        expect(exact.at(-1)!).toBeLessThan(exact[0]!);
      },
    );
  },
);
