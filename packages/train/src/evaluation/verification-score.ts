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
  /** What the same pairs give by name without any learning, such as pixels and an untrained student, where it was measured. */
  baselines?: Record<string, VerificationFigures>;
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

/**
 * What a summary keeps of a report of `verifyPairs` (@lin/verification) or `evaluatePack` (@lin/data).
 * @example
 * ```ts
 * import { verificationFigures } from '@lin/train';
 * import { verifyPairs } from '@lin/verification';
 *
 * const same = Array.from({ length: 20 }, (_, pair) => pair % 2 === 0);
 * const embeddings = Float32Array.from(same.flatMap((isSame) => [1, 0, isSame ? 1 : 0, 1])); // two of two numbers for each pair
 * const { accuracy, areaUnderCurve } = verificationFigures(verifyPairs({ embeddings, same }));
 * console.log(accuracy, areaUnderCurve);
 * ```
 * ```text
 * 1 1
 * ```
 */
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

/**
 * The model as a function from bytes of images, one after the other, to their embeddings, [count · embeddingSize], not normalised: what
 * `evaluatePack` of @lin/data measures.
 * @param model Its `gx.imageShape` says how many bytes an image has.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ImageFlow, VectorFlow } from '@lin/invertible';
 * import { Linearizer } from '@lin/linearizer';
 * import { DenseOperator } from '@lin/operator';
 * import { embedBy } from '@lin/train';
 *
 * const model = new Linearizer({
 *   gx: new ImageFlow({ imageShape: [16, 16, 1], latentDim: 3, numBlocks: [1, 1, 1], hiddenDim: [4, 4, 4] }),
 *   A: new DenseOperator({ inputDim: 3 }),
 *   gy: new VectorFlow({ dim: 3, numBlocks: 2, hiddenDim: 8 }),
 * });
 * const embeddings = await embedBy(model)(new Uint8Array(2 * 256)); // two black images
 * console.log(embeddings.length);
 * ```
 * ```text
 * 6
 * ```
 */
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
