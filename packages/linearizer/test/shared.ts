// Networks that map a space to itself: one g on both sides, as f∘f and eigenvalues want it.
import * as tf from '@tensorflow/tfjs-core';
import { ImageFlow, VectorFlow } from '@lin/invertible';
import type { Matrix } from '@lin/operator';
import { imageChart, InducedOperator, InducedSpace, vectorChart } from '../src/index.js';
import { IMAGE, stir } from './tiny.js';

export const DIM = 5;

export interface Shared<Element extends tf.Tensor> {
  space: InducedSpace<Element>;
  operator(matrix: Matrix, residualGain?: number): InducedOperator<Element, Element>;
  dispose(): void;
}

export function sharedVectors(seed = 3, dim = DIM): Shared<tf.Tensor2D> {
  const flow = new VectorFlow({ dim, numBlocks: 2, hiddenDim: 8, numLayers: 2, seed });
  return shared(flow, new InducedSpace(vectorChart(flow)));
}

export function sharedImages(seed = 3): Shared<tf.Tensor4D> {
  const coreFlow = { numBlocks: 2, hiddenDim: 8, numLayers: 2 };
  const flow = new ImageFlow({
    imageShape: IMAGE,
    latentDim: DIM,
    numBlocks: [1, 1, 0],
    hiddenDim: [4, 4, 4],
    coreFlow,
    seed,
  });
  return shared(flow, new InducedSpace(imageChart(flow)));
}

function shared<Element extends tf.Tensor>(flow: { dispose(): void }, space: InducedSpace<Element>): Shared<Element> {
  stir(flow, 3);
  return {
    space,
    operator: (matrix, residualGain = 0) =>
      new InducedOperator({ domain: space, codomain: space, matrix, residualGain }),
    dispose: () => flow.dispose(),
  };
}
