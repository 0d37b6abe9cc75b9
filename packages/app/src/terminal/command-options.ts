// The options of all commands, as the command line gives them.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usage-error.js';

const options = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  name: { type: 'string' },
  resume: { type: 'boolean' },
  shard: { type: 'string' },
  merge: { type: 'boolean' },
  verify: { type: 'boolean' },
  identities: { type: 'string' },
  method: { type: 'string' },
  rank: { type: 'string' },
  tolerance: { type: 'string' },
  help: { type: 'boolean' },
} satisfies ParseArgsConfig['options'];

export type CommandOptions = ReturnType<typeof parseCommandLine>['values'];

/** @throws UsageError for an option that is unknown or lacks its value. */
export function parseCommandLine(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('\n')[0]} (--help lists the options)`);
  }
}
