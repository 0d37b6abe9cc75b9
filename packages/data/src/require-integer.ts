import { DataOptionError } from './errors.js';

/** @throws DataOptionError unless option `name` of `operation` is an integer of at least `least`. */
export function requireInteger(operation: string, name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new DataOptionError(`${operation}: ${name} is ${value}; expected an integer of at least ${least}.`);
}
