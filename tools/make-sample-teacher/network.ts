// The sample teacher's architecture, written once for whoever walks it: training (tfjs tensors) and the ONNX file (names of values).

export interface ConvolutionShape {
  from: number;
  to: number;
  window: number;
  stride: number;
}

export interface Layers<X> {
  /** Convolution without bias, padded as TensorFlow's `same`, then batch normalisation. */
  convolution(x: X, name: string, shape: ConvolutionShape): X;
  relu(x: X): X;
  add(x: X, y: X): X;
  /**
   * One weight for each position and channel, summed over positions (global depthwise convolution, MobileFaceNet, arXiv 1804.07573), then
   * batch normalisation.
   */
  overPositions(x: X, name: string, shape: { side: number; channels: number }): X;
  /** A product without bias, then batch normalisation. */
  linear(x: X, name: string, shape: { from: number; to: number }): X;
}

export const EMBEDDING_SIZE = 512;
/** A convolution each, then residual blocks: at 28, 14 and 7 pixels a side. */
const STAGES = [
  { channels: 32, window: 7, stride: 4, blocks: 0 },
  { channels: 64, window: 3, stride: 2, blocks: 1 },
  { channels: 160, window: 3, stride: 2, blocks: 1 },
];
const LAST_SIDE = STAGES.reduce((side, { stride }) => side / stride, 112);

/** RGB images in [−1, 1], 112 × 112 → embeddings of 512, of any length. */
export function sampleTeacher<X>(layers: Layers<X>, images: X): X {
  let x = images;
  let from = 3;
  for (const [stage, { channels, window, stride, blocks }] of STAGES.entries()) {
    x = layers.relu(layers.convolution(x, `stage${stage}.down`, { from, to: channels, window, stride }));
    from = channels;
    for (let block = 0; block < blocks; block++) x = residualBlock(layers, x, `stage${stage}.block${block}`, channels);
  }
  return layers.linear(layers.overPositions(x, 'positions', { side: LAST_SIDE, channels: from }), 'embedding', {
    from,
    to: EMBEDDING_SIZE,
  });
}

/** Two convolutions beside the identity (He et al. 2016, arXiv 1512.03385). */
function residualBlock<X>(layers: Layers<X>, x: X, name: string, channels: number): X {
  const shape = { from: channels, to: channels, window: 3, stride: 1 };
  const hidden = layers.relu(layers.convolution(x, `${name}.conv0`, shape));
  return layers.relu(layers.add(x, layers.convolution(hidden, `${name}.conv1`, shape)));
}
