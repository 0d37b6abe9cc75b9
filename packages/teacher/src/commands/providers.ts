// Where a command's model computes: the option, and what is said of providers that were passed over and of unknown files.
import type { NumberRange, Option, OptionValues } from '@lin/command-line';
import type { Provider } from '../session/open-in-order.js';
import type { Teacher } from '../recognition/teacher.js';

export const PROVIDERS: Option = {
  type: 'string',
  value: '<list>',
  description: 'where to compute, in order of preference: cpu, cuda, tensorrt, coreml, dml, webgpu (default: cpu)',
};

/** Of images, runs, copies and threads. */
export const COUNT: NumberRange = { integer: true, min: 1, max: 999_999_999 };

export function providersOf({ providers }: OptionValues): { providers?: Provider[] } {
  return typeof providers === 'string' ? { providers: providers.split(',') as Provider[] } : {};
}

/** On stderr, so that results can be read by programs. */
export function sayWhatIsOdd({ skipped, notice }: Pick<Teacher, 'skipped' | 'notice'>): void {
  for (const { provider, reason } of skipped) process.stderr.write(`Not ${provider}: ${reason}\n`);
  if (notice) process.stderr.write(`${notice}\n`);
}
