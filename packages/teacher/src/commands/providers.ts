// Where a command's model computes: the option, and what is said of providers that were passed over and of unknown files.
import type { Provider } from '../session/open-in-order.js';
import type { Teacher } from '../recognition/teacher.js';
import type { OptionValues } from './command.js';

export const PROVIDERS_HELP =
  'where to compute, in order of preference: cpu, cuda, tensorrt, coreml, dml, webgpu (default: cpu)';

export function providersOf({ providers }: OptionValues): { providers?: Provider[] } {
  return typeof providers === 'string' ? { providers: providers.split(',') as Provider[] } : {};
}

/** On stderr, so that results can be read by programs. */
export function sayWhatIsOdd({ skipped, notice }: Pick<Teacher, 'skipped' | 'notice'>): void {
  for (const { provider, reason } of skipped) process.stderr.write(`Not ${provider}: ${reason}\n`);
  if (notice) process.stderr.write(`${notice}\n`);
}
