// Bytes to what image networks take: float32 or float16, scaled a channel at a time, in planes (NCHW) or pixels (NHWC).
import { toHalfBits } from './half.js';

/** How pixels enter a network: (x − mean) / std, in an order of channels. */
export interface PixelScaling {
  /** Of R, G and B, whatever the order. */
  mean: number | readonly [number, number, number];
  std: number | readonly [number, number, number];
  channels: 'rgb' | 'bgr';
}

export interface PlanesOptions {
  /** RGB bytes, [count, height, width, 3]. */
  pixels: Uint8Array;
  /** The size of the tensor: [N, 3, height, width] or [N, height, width, 3]. Images that are not there are zero. */
  into: Float32Array | Uint16Array;
  /** height · width. */
  area: number;
  layout: 'nchw' | 'nhwc';
  scaling: PixelScaling;
}

/** Fills `into`; a Uint16Array gets float16 bits. */
export function fillPlanes({ pixels, into, area, layout, scaling }: PlanesOptions): void {
  const step = layout === 'nchw' ? 1 : 3;
  for (let slot = 0; slot < 3; slot++) {
    const channel = scaling.channels === 'rgb' ? slot : 2 - slot;
    const valueOfByte = byteTable(into, scaling, channel);
    for (let image = 0; image < pixels.length / (area * 3); image++) {
      let to = image * area * 3 + slot * (layout === 'nchw' ? area : 1);
      for (let from = image * area * 3 + channel, end = from + area * 3; from < end; from += 3, to += step)
        into[to] = valueOfByte[pixels[from]!]!;
    }
  }
  into.fill(0, pixels.length);
}

function byteTable(
  into: Float32Array | Uint16Array,
  { mean, std }: PixelScaling,
  channel: number,
): Float32Array | Uint16Array {
  const [m, s] = [mean, std].map((value) => (typeof value === 'number' ? value : value[channel]!)) as [number, number];
  const values = Float32Array.from({ length: 256 }, (_, byte) => (byte - m) / s);
  return into instanceof Float32Array ? values : Uint16Array.from(values, toHalfBits);
}
