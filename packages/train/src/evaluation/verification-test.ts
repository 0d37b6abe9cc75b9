// How well the model tells people apart, beside its teacher, on the same pairs of faces.
import * as tf from '@tensorflow/tfjs-core';
import type { EmbedFunction } from '@lin/data';
import type { Encoder, Linearizer } from '@lin/linearizer';
import type { VerificationReport } from '@lin/verification';
import { imagesToTensor } from '../training/pixels.js';

/** On one set of pairs. */
export interface VerificationTest {
  /** Such as lfw, or held-out identities. */
  name: string;
  pairs: number;
  /** null where the pairs are too few, with the reason. */
  student: VerificationFigures | null;
  teacher: VerificationFigures | null;
  reason?: string;
}

export interface VerificationFigures {
  /** Mean and population standard deviation over ten folds, each with the threshold that is best on the others; in [0, 1]. */
  accuracy: number;
  accuracyStd: number;
  areaUnderCurve: number;
  equalErrorRate: number;
  /** null where the pairs of two persons are too few to tell. */
  tarAtFar: { far: number; tar: number | null }[];
  /** Mean length of the embeddings as the network gives them, where it was measured. */
  xnorm?: number;
}

export function verificationFigures(report: VerificationReport & { xnorm?: number }): VerificationFigures {
  return {
    accuracy: report.accuracy.mean,
    accuracyStd: report.accuracy.std,
    areaUnderCurve: report.areaUnderCurve,
    equalErrorRate: report.equalError.rate,
    tarAtFar: report.tarAtFar.map(({ far, tar }) => ({ far, tar: tar && tar.value })),
    ...(report.xnorm !== undefined && { xnorm: report.xnorm }),
  };
}

/** The model as a function from images to embeddings, not normalised. */
export function embedBy(model: Linearizer<Encoder>): EmbedFunction {
  return async (images) => {
    const output = tf.tidy(() => model.apply(imagesToTensor(images, images.length / IMAGE_LENGTH)));
    try {
      return (await output.data()) as Float32Array;
    } finally {
      output.dispose();
    }
  };
}

const IMAGE_LENGTH = 112 * 112 * 3;
