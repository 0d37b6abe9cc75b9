// genderage.onnx's three numbers (insightface python-package, model_zoo/attribute.py): for female, for male, and the age in centuries.
import { roundHalfToEven } from '../round-half-to-even.js';

export interface GenderAge {
  /** The larger of the network's two numbers: how a face looks to it, no more. */
  sex: 'female' | 'male';
  /** Years, whole. */
  age: number;
}

export function decodeGenderAge([female, male, centuries]: ArrayLike<number> & Iterable<number>): GenderAge {
  return { sex: male! > female! ? 'male' : 'female', age: roundHalfToEven(Math.fround(centuries! * 100)) };
}
