// The notebook's second figure: one image on its way through the sandwich, step by step, with shapes and norms, and the teacher beside the
// end.
import { barSteps, COLOURS, type Figure } from '@lin/figures';
import { meanSquaredError } from './difference-figure.js';
import { imageUrl } from './image-url.js';

export interface FlowTrace {
  /** RGB bytes [112, 112, 3]. */
  image: Uint8Array;
  /** g_x(x), [latentDim]. */
  core: Float32Array;
  /** A g_x(x), [embeddingSize]. */
  mapped: Float32Array;
  /** g_y⁻¹(A g_x(x)), [embeddingSize], as the network gives it: not normalised. */
  output: Float32Array;
  /** The teacher's unit embedding. */
  target: Float32Array;
}

export async function flowFigure({ image, core, mapped, output, target }: FlowTrace): Promise<Figure> {
  const unit = output.map((value) => value / norm(output));
  const cosine = unit.reduce((sum, value, i) => sum + value * target[i]!, 0);
  const steps = [
    { name: 'g_x(x)', values: core, colour: COLOURS.difference },
    { name: 'A · g_x(x)', values: mapped, colour: COLOURS.difference },
    { name: 'f(x) = g_y⁻¹(A · g_x(x))', values: output, colour: COLOURS.prediction },
    { name: 'teacher(x)', values: target, colour: COLOURS.target },
  ];
  return barSteps({
    start: { name: 'x', detail: 'image 112×112×3, pixels in [−1, 1]', picture: await imageUrl(image) },
    steps: steps.map((step) => ({
      ...step,
      detail: `[${step.values.length}]   norm ${norm(step.values).toFixed(3)}`,
    })),
    footer: `cosine to the teacher ${cosine.toFixed(4)}     MSE of unit embeddings ${meanSquaredError(unit, target).toFixed(6)}`,
  });
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
