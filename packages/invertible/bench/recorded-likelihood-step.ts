// The step of `fit` as one recorded graph: what `step` is there for.
import * as tf from '@tensorflow/tfjs-core';
import { record } from '@lin/engine';
import { Adam } from '@lin/train';
import { negativeLogLikelihood, trainableVariables, type Flow, type LikelihoodStep } from '../src/index.js';

/** `example` has the shape of every batch. `finish` brings the parameters from the graph into the flow, and ends it. */
export async function recordedLikelihoodStep(
  flow: Flow,
  example: tf.Tensor,
): Promise<{ step: LikelihoodStep; finish: () => Promise<void> }> {
  const variables = trainableVariables(flow);
  const optimiser = new Adam(variables, { clipNorm: Infinity });
  const learningRate = tf.scalar(1e-3);
  const recorded = await record(
    ({ x, learningRate }) => {
      const { value: loss, grads } = tf.variableGrads(() => negativeLogLikelihood(flow, { x }), optimiser.variables);
      optimiser.applyGradients(grads, learningRate);
      return { loss };
    },
    { inputs: { x: example, learningRate }, variables },
  );
  return {
    step: async ({ x }) => (await recorded.run({ x, learningRate })).loss[0]!,
    finish: async () => {
      await recorded.read();
      await recorded.dispose();
    },
  };
}
