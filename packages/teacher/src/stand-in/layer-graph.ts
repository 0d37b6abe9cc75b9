// An ONNX graph that is put together layer by layer, with seeded random weights.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { STAND_IN_KEY } from '../recognition/inspect-recogniser.js';
import { int, ints, OnnxGraph, type NamedShape } from '../onnx/onnx-graph.js';
import type { OnnxModel } from '../onnx/schema.js';

const OPSET = 11; // what InsightFace's exporters write
const IR_VERSION = 6;

export class LayerGraph extends OnnxGraph {
  private readonly random;

  constructor(seed: number) {
    super();
    this.random = xoroshiro128plus(seed);
  }

  /** A window that keeps the sides; `bias` is that of each output channel. */
  convolution(
    x: string,
    { from, bias, window = 1, deviation }: { from: number; bias: number[]; window?: number; deviation: number },
  ): string {
    const kernel = this.noise([bias.length, from, window, window], deviation / Math.sqrt(from * window * window));
    const padding = (window - 1) / 2;
    return this.add(
      'Conv',
      [x, kernel, this.floats([bias.length], bias)],
      [ints('kernel_shape', [window, window]), ints('pads', [padding, padding, padding, padding])],
    );
  }

  /** Means over windows of `window` pixels, `stride` apart. */
  means(x: string, window: number, stride: number): string {
    const padding = Math.floor((window - stride) / 2);
    return this.add(
      'AveragePool',
      [x],
      [
        ints('kernel_shape', [window, window]),
        ints('strides', [stride, stride]),
        ints('pads', [padding, padding, padding, padding]),
      ],
    );
  }

  linear(
    x: string,
    { from, bias, deviation, output }: { from: number; bias: number[]; deviation: number; output?: string },
  ): string {
    const kernel = this.noise([bias.length, from], deviation / Math.sqrt(from));
    return this.add(
      'Gemm',
      [x, kernel, this.floats([bias.length], bias)],
      [int('transB', 1)],
      output === undefined ? {} : { output },
    );
  }

  /** Numbers from −1 to 1. */
  uniform(count: number): number[] {
    return Array.from({ length: count }, () => 2 * uniformFloat64(this.random) - 1);
  }

  finish(inputs: NamedShape[], outputs: NamedShape[]): OnnxModel {
    return this.model({
      name: 'stand-in',
      inputs,
      outputs,
      opset: OPSET,
      irVersion: IR_VERSION,
      metadata: { [STAND_IN_KEY]: 'true' },
    });
  }

  private noise(dims: number[], deviation: number): string {
    const count = dims.reduce((product, size) => product * size, 1);
    return this.floats(
      dims,
      this.uniform(count).map((value) => value * Math.sqrt(3) * deviation),
    );
  }
}
