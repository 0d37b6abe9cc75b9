// What is timed: the notebook's vector flow, and two blocks of the image flow's first scale, each a pass at a time.
import * as tf from '@tensorflow/tfjs-core';
import {
  ActNorm,
  AffineCoupling,
  Chain,
  Convolutional,
  disposeVariables,
  OrthogonalMixing,
  trainableVariables,
  VectorFlow,
  type Invertible,
} from '../src/index.js';

export type Pass = 'forward' | 'inverse' | 'gradient';

export interface Subject {
  name: string;
  batch: number;
  run(pass: Pass): void;
  dispose(): void;
}

const SHAPE = [28, 28, 48];

function imageBlocks(): Chain {
  const block = (index: number) => [
    new ActNorm({ shape: SHAPE }),
    new OrthogonalMixing({ shape: SHAPE, reflections: 8, seed: index }),
    new AffineCoupling({
      shape: SHAPE,
      transforms: index % 2 === 0 ? 'second' : 'first',
      conditioner: (inputChannels, outputChannels) =>
        new Convolutional({ inputChannels, outputChannels, hiddenDim: 64, seed: index }),
    }),
  ];
  return new Chain([0, 1].flatMap(block));
}

export function subjects(): Subject[] {
  return [
    subject('vector flow 512, K = 4', 64, new VectorFlow({ dim: 512, numBlocks: 4, hiddenDim: 1024 })),
    subject('2 blocks of 28×28×48', 8, imageBlocks()),
  ];
}

function subject(name: string, batch: number, g: Invertible): Subject {
  const x = tf.randomNormal([batch, ...g.inputShape], 0, 1, 'float32', 1);
  const variables = [...trainableVariables(g).values()];
  // Reading a value waits for the work; of gradients, one of the first layer's, which comes last.
  const passes: Record<Pass, () => void> = {
    forward: () => void g.apply(x).dataSync(),
    inverse: () => void g.invert(x).dataSync(),
    gradient: () =>
      void tf
        .variableGrads(() => tf.mean(tf.square(g.apply(x))) as tf.Scalar, variables)
        .grads[variables[0]!.name]!.dataSync(),
  };
  return {
    name,
    batch,
    run: (pass) => tf.tidy(passes[pass]),
    dispose: () => {
      disposeVariables(g);
      x.dispose();
    },
  };
}
