// Complex numbers and matrices, as real and imaginary parts.
import { zeros, type Matrix } from './matrix.js';

export interface Complex {
  re: number;
  im: number;
}

export interface ComplexMatrix {
  re: Matrix;
  im: Matrix;
}

export function complexZeros(rows: number, cols: number): ComplexMatrix {
  return { re: zeros(rows, cols), im: zeros(rows, cols) };
}

export const modulus = ({ re, im }: Complex): number => Math.hypot(re, im);

/** x / y, scaled so that nothing overflows on the way (Smith 1962). */
export function quotient(x: Complex, y: Complex): Complex {
  if (Math.abs(y.re) >= Math.abs(y.im)) {
    const ratio = y.im / y.re;
    const divisor = y.re + y.im * ratio;
    return { re: (x.re + x.im * ratio) / divisor, im: (x.im - x.re * ratio) / divisor };
  }
  const ratio = y.re / y.im;
  const divisor = y.re * ratio + y.im;
  return { re: (x.re * ratio + x.im) / divisor, im: (x.im * ratio - x.re) / divisor };
}

/** The root with a real part of at least 0. */
export function squareRoot({ re, im }: Complex): Complex {
  if (re === 0 && im === 0) return { re: 0, im: 0 };
  const t = Math.sqrt((Math.abs(re) + Math.hypot(re, im)) / 2);
  if (re >= 0) return { re: t, im: im / (2 * t) };
  return { re: Math.abs(im) / (2 * t), im: im < 0 ? -t : t };
}

/** `2.5`, `1 + 2i`: for messages. */
export function written({ re, im }: Complex): string {
  const short = (value: number) => String(Number(value.toPrecision(6)));
  return im === 0 ? short(re) : `${short(re)} ${im < 0 ? '−' : '+'} ${short(Math.abs(im))}i`;
}
