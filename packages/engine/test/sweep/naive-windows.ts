// Convolutions and pools by their definition, in float64 and loops: images are volumes of depth 1.
import type { InputSpec } from '../op-case.js';

export interface Windows {
  /** Of [depth, height, width], as all that follow. */
  strides: readonly number[];
  dilations: readonly number[];
  pad: 'same' | 'valid';
}

/** Along one axis: how many windows there are, and where the first begins. */
function axis(extent: number, size: number, stride: number, dilation: number, pad: 'same' | 'valid') {
  const window = (size - 1) * dilation + 1;
  if (pad === 'valid') return { positions: Math.floor((extent - window) / stride) + 1, before: 0 };
  const positions = Math.ceil(extent / stride);
  return { positions, before: Math.floor(Math.max(0, (positions - 1) * stride + window - extent) / 2) };
}

type Visit = (at: { b: number; position: number; offset: number; inside: number }) => void;

/** Calls `visit` for each window of each example and each of its elements that is no padding; returns the windows per axis. */
function walk(shape: readonly number[], size: readonly number[], windows: Windows, visit: Visit): number[] {
  const [batch, ...extents] = shape.slice(0, -1) as [number, ...number[]];
  const axes = extents.map((extent, i) =>
    axis(extent, size[i]!, windows.strides[i]!, windows.dilations[i]!, windows.pad),
  );
  const counts = axes.map(({ positions }) => positions);
  for (let b = 0; b < batch; b++) {
    for (const [position, p] of indices(counts)) {
      for (const [offset, o] of indices(size)) {
        const at = p.map((n, i) => n * windows.strides[i]! - axes[i]!.before + o[i]! * windows.dilations[i]!);
        if (at.some((n, i) => n < 0 || n >= extents[i]!)) continue;
        visit({ b, position, offset, inside: at.reduce((flat, n, i) => flat * extents[i]! + n, 0) });
      }
    }
  }
  return counts;
}

/** All multi-indices below `counts`, in row-major order, each with its rank. */
function* indices(counts: readonly number[]): Generator<[number, number[]]> {
  const total = counts.reduce((a, b) => a * b, 1);
  for (let flat = 0; flat < total; flat++) {
    let rest = flat;
    const index = [...counts].reverse().map((count) => {
      const digit = rest % count;
      rest = (rest - digit) / count;
      return digit;
    });
    yield [flat, index.reverse()];
  }
}

export function naiveConvolution(x: InputSpec, filter: InputSpec, windows: Windows, depthwise = false): number[] {
  const [inChannels, last] = filter.shape.slice(-2) as [number, number];
  const outChannels = depthwise ? inChannels * last : last;
  const volume = x.shape.slice(1, -1).reduce((a, b) => a * b, 1);
  const sums = new Map<string, number>();
  const counts = walk(x.shape, filter.shape.slice(0, -2), windows, ({ b, position, offset, inside }) => {
    for (let i = 0; i < inChannels; i++) {
      const value = x.values[(b * volume + inside) * inChannels + i]!;
      for (let o = 0; o < last; o++) {
        const key = `${b} ${position} ${depthwise ? i * last + o : o}`;
        sums.set(key, (sums.get(key) ?? 0) + value * filter.values[(offset * inChannels + i) * last + o]!);
      }
    }
  });
  return perOutput(x.shape[0]!, counts, outChannels, (key) => sums.get(key) ?? 0);
}

export function naivePool(x: InputSpec, size: readonly number[], windows: Windows, kind: 'max' | 'average'): number[] {
  const channels = x.shape.at(-1)!;
  const volume = x.shape.slice(1, -1).reduce((a, b) => a * b, 1);
  const seen = new Map<string, number[]>();
  const counts = walk(x.shape, size, windows, ({ b, position, inside }) => {
    for (let c = 0; c < channels; c++) {
      const key = `${b} ${position} ${c}`;
      const values = seen.get(key) ?? [];
      values.push(x.values[(b * volume + inside) * channels + c]!);
      seen.set(key, values);
    }
  });
  return perOutput(x.shape[0]!, counts, channels, (key) => {
    const values = seen.get(key)!;
    return kind === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}

/** The value of each example, position and channel, in this order. */
function perOutput(batch: number, counts: number[], channels: number, value: (key: string) => number): number[] {
  const positions = counts.reduce((a, b) => a * b, 1);
  return Array.from({ length: batch * positions * channels }, (_, i) => {
    const [row, c] = [Math.floor(i / channels), i % channels];
    return value(`${Math.floor(row / positions)} ${row % positions} ${c}`);
  });
}
