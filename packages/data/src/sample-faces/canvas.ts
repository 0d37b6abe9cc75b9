// A small picture of floating-point RGB that soft-edged ellipses are painted on: all the sample faces are made of.

export type Colour = readonly [red: number, green: number, blue: number];

export interface Ellipse {
  x: number;
  y: number;
  /** Half-axes in pixels. */
  radiusX: number;
  radiusY: number;
  /** Radians, clockwise as seen. */
  angle?: number;
  colour: Colour;
  /** In [0, 1]. */
  opacity?: number;
  /** Width of the edge in pixels across the shorter axis. The faint ends that it gives a flat ellipse are cut this far outside. */
  softness?: number;
  /** Paints only what is on this side of the ellipse's own horizontal axis. */
  half?: 'upper' | 'lower';
}

export class Canvas {
  /** [size, size, 3], values about 0…1. */
  readonly pixels: Float32Array;

  constructor(readonly size: number) {
    this.pixels = new Float32Array(size * size * 3);
  }

  /** A linear gradient over the whole picture, from one colour to the other along `angle`. */
  fill(from: Colour, to: Colour, angle: number): void {
    const [dx, dy] = [Math.cos(angle) / this.size, Math.sin(angle) / this.size];
    const middle = this.size / 2;
    for (let at = 0, y = 0; y < this.size; y++) {
      for (let x = 0; x < this.size; x++, at += 3) {
        const t = Math.min(1, Math.max(0, 0.5 + (x - middle) * dx + (y - middle) * dy));
        for (let channel = 0; channel < 3; channel++)
          this.pixels[at + channel] = from[channel]! + t * (to[channel]! - from[channel]!);
      }
    }
  }

  ellipse({
    x,
    y,
    radiusX,
    radiusY,
    angle = 0,
    colour: [red, green, blue],
    opacity = 1,
    softness = 1.5,
    half,
  }: Ellipse): void {
    const { pixels, size } = this;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [extentX, extentY] = [
      Math.hypot(radiusX * cos, radiusY * sin) + softness,
      Math.hypot(radiusX * sin, radiusY * cos) + softness,
    ];
    const [left, right] = [Math.max(0, Math.floor(x - extentX)), Math.min(size, x + extentX + 1)];
    const sharpness = Math.min(radiusX, radiusY) / softness;
    for (let row = Math.max(0, Math.floor(y - extentY)); row < Math.min(size, y + extentY + 1); row++) {
      for (let column = left, at = (row * size + left) * 3; column < right; column++, at += 3) {
        const u = (cos * (column - x) + sin * (row - y)) / radiusX;
        const v = (cos * (row - y) - sin * (column - x)) / radiusY;
        if (half && v > 0 === (half === 'upper')) continue;
        const coverage = opacity * Math.min(1, Math.max(0, (1 - Math.sqrt(u * u + v * v)) * sharpness + 0.5));
        if (coverage === 0) continue;
        pixels[at]! += coverage * (red - pixels[at]!);
        pixels[at + 1]! += coverage * (green - pixels[at + 1]!);
        pixels[at + 2]! += coverage * (blue - pixels[at + 2]!);
      }
    }
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8ClampedArray(this.pixels.length); // clamps and rounds by itself; `from` with a function is ten times as slow
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.pixels[i]! * 255;
    return new Uint8Array(bytes.buffer);
  }
}
