// What a Linearizer is made of, and whether the parts fit together.
import { ShapeError, type Invertible } from '@lin/invertible';
import type { LinearOperator } from '@lin/operator';
import type { Encoder } from './encoders/encoder.js';

/** The three parts; they are disposed with the Linearizer. */
export interface LinearizerParts<G extends Encoder, O extends LinearOperator> {
  /** Image to core: [B, …imageShape] → [B, latentDim]. */
  gx: G;
  /** Core to induced embedding: embeddingSize × latentDim. */
  A: O;
  /** Embedding to induced embedding, [B, embeddingSize] both; the network uses its inverse. */
  gy: Invertible;
}

/** @throws ShapeError, with both shapes, where the parts do not fit, and for a part of another kind. */
export function requireFitting({ gx, A, gy }: LinearizerParts<Encoder, LinearOperator>): void {
  if (typeof gx?.latentDim !== 'number' || typeof gx.core !== 'function')
    throw new ShapeError(
      `Linearizer: g_x must be an encoder, with latentDim and core, such as an ImageFlow, but is ${kindOf(gx)}.`,
    );
  if (typeof A?.inputDim !== 'number' || typeof A.apply !== 'function')
    throw new ShapeError(`Linearizer: A must be a linear operator, such as a DenseOperator, but is ${kindOf(A)}.`);
  if (!Array.isArray(gy?.outputShape) || typeof gy.invert !== 'function')
    throw new ShapeError(
      `Linearizer: g_y must be an Invertible of vectors, such as a VectorFlow, but is ${kindOf(gy)}.`,
    );
  if (gx.latentDim !== A.inputDim) {
    throw new ShapeError(
      `Linearizer: g_x gives a core of ${gx.latentDim}, but A takes ${A.inputDim} (A is ${A.outputDim}×${A.inputDim}).`,
    );
  }
  if (gy.outputShape.length !== 1 || gy.outputShape[0] !== A.outputDim) {
    throw new ShapeError(
      `Linearizer: A gives ${A.outputDim} (A is ${A.outputDim}×${A.inputDim}), but g_y⁻¹ takes [${gy.outputShape.join(', ')}].`,
    );
  }
}

const kindOf = (part: unknown) => (typeof part === 'object' && part ? part.constructor.name : String(part));
