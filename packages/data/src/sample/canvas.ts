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
  /** Width of the edge in pixels. */
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
    this.map((x, y, channel) => {
      const t = Math.min(1, Math.max(0, 0.5 + (x - middle) * dx + (y - middle) * dy));
      return from[channel]! + t * (to[channel]! - from[channel]!);
    });
  }

  ellipse({ x, y, radiusX, radiusY, angle = 0, colour, opacity = 1, softness = 1.5, half }: Ellipse): void {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [extentX, extentY] = [Math.hypot(radiusX * cos, radiusY * sin) + softness, Math.hypot(radiusX * sin, radiusY * cos) + softness];
    const sharpness = Math.min(radiusX, radiusY) / softness;
    for (let row = Math.max(0, Math.floor(y - extentY)); row < Math.min(this.size, y + extentY + 1); row++) {
      for (let column = Math.max(0, Math.floor(x - extentX)); column < Math.min(this.size, x + extentX + 1); column++) {
        const [u, v] = [(cos * (column - x) + sin * (row - y)) / radiusX, (cos * (row - y) - sin * (column - x)) / radiusY];
        if (half && v > 0 === (half === 'upper')) continue;
        const coverage = opacity * Math.min(1, Math.max(0, (1 - Math.sqrt(u * u + v * v)) * sharpness + 0.5));
        if (coverage === 0) continue;
        const at = (row * this.size + column) * 3;
        for (let channel = 0; channel < 3; channel++) this.pixels[at + channel]! += coverage * (colour[channel]! - this.pixels[at + channel]!);
      }
    }
  }

  /** Sets every value from its place: column, row, channel, and what it is now. */
  map(value: (x: number, y: number, channel: number, now: number) => number): void {
    for (let i = 0, y = 0; y < this.size; y++) {
      for (let x = 0; x < this.size; x++) {
        for (let channel = 0; channel < 3; channel++, i++) this.pixels[i] = value(x, y, channel, this.pixels[i]!);
      }
    }
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.pixels, (value) => Math.min(255, Math.max(0, Math.round(value * 255))));
  }
}
