// How well the model tells people apart, beside its teacher, on the same pairs of faces.
import * as tf from '@tensorflow/tfjs-core';
import type { Encoder, Linearizer } from '@lin/linearizer';
import type { VerificationReport } from '@lin/verification';
import { imagesToTensor } from '../objectives/images-to-tensor.js';

/** On one set of pairs. */
export interface VerificationScore {
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

/** The model as a function from bytes of images, one after the other, to their embeddings, not normalised. */
export function embedBy(model: Linearizer<Encoder>): (images: Uint8Array) => Promise<Float32Array> {
  const { imageShape } = model.gx;
  const imageLength = tf.util.sizeFromShape([...imageShape]);
  return async (images) => {
    const shape = [images.length / imageLength, ...imageShape];
    const output = tf.tidy(() => model.apply(imagesToTensor(images, shape)));
    try {
      return (await output.data()) as Float32Array;
    } finally {
      output.dispose();
    }
  };
}
