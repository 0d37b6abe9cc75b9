// Elementary functions of a complex number.
import { modulus, type Complex } from './complex.js';

export const times = (x: Complex, y: Complex): Complex => ({
  re: x.re * y.re - x.im * y.im,
  im: x.re * y.im + x.im * y.re,
});

/** The principal logarithm. */
export function logarithmOf(value: Complex): Complex {
  return { re: Math.log(modulus(value)), im: Math.atan2(value.im, value.re) };
}

/** log(1 + z) where 1 + z would lose digits of z. */
export function logarithmOfOnePlus({ re, im }: Complex): Complex {
  return { re: Math.log1p(2 * re + re * re + im * im) / 2, im: Math.atan2(im, 1 + re) };
}

/** eᶻ */
export function exponentialOf({ re, im }: Complex): Complex {
  const length = Math.exp(re);
  return { re: length * Math.cos(im), im: length * Math.sin(im) };
}

/** eᶻ − 1 */
export function exponentialMinusOne({ re, im }: Complex): Complex {
  const half = Math.sin(im / 2);
  return { re: Math.expm1(re) * Math.cos(im) - 2 * half * half, im: Math.exp(re) * Math.sin(im) };
}

/** sinh z */
export function hyperbolicSine({ re, im }: Complex): Complex {
  return { re: Math.sinh(re) * Math.cos(im), im: Math.cosh(re) * Math.sin(im) };
}
