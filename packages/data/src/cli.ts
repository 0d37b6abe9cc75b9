// lin-data <command>: making, inspecting and repairing sets of records. Each command is a file of src/commands over a function of
// src/making.
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { UsageError, type Command } from './commands/command.js';
import { importCommand } from './commands/import.js';
import { inspectCommand } from './commands/inspect.js';
import { pairsCommand } from './commands/pairs.js';
import { reindexCommand } from './commands/reindex.js';
import { shuffleCommand } from './commands/shuffle.js';
import { splitCommand } from './commands/split.js';
import { subsetCommand } from './commands/subset.js';
import { verifyCommand } from './commands/verify.js';
import { DataOptionError } from './errors.js';

const COMMANDS: Record<string, Command> = {
  import: importCommand,
  inspect: inspectCommand,
  verify: verifyCommand,
  reindex: reindexCommand,
  split: splitCommand,
  subset: subsetCommand,
  shuffle: shuffleCommand,
  pairs: pairsCommand,
};

const USAGE = `Usage: lin-data <command> …

${Object.values(COMMANDS)
  .map(({ synopsis, summary }) => `  ${synopsis.padEnd(32)}${summary}\n`)
  .join('')}
lin-data <command> --help says which options it has.
`;

const INTERRUPTED = 128 + constants.signals.SIGINT;

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    process[name === undefined ? 'stderr' : 'stdout'].write(USAGE);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : undefined;
  if (!command) throw new UsageError(`There is no command ${name}; lin-data --help lists them.`);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...command.options, help: { type: 'boolean' } },
  });
  if (values['help'] === true) {
    process.stdout.write(`Usage: lin-data ${command.synopsis} [options]\n\n${command.help}`);
    return 0;
  }
  if (positionals.length !== command.operands)
    throw new UsageError(`Usage: lin-data ${command.synopsis} [options]; lin-data ${name} --help says more.`);
  return command.run(positionals, values, { signal: interruptible() });
}

/** The first Ctrl-C lets a command end in good order, the second ends it at once. */
function interruptible(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
    process.once('SIGINT', () => process.exit(INTERRUPTED));
  });
  return stop.signal;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(); // whoever read the output has gone
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  const error = thrown as NodeJS.ErrnoException;
  const isUsage =
    error instanceof UsageError || error instanceof DataOptionError || String(error.code).startsWith('ERR_PARSE_ARGS');
  const isInterrupt = error.name === 'AbortError';
  process.stderr.write(`${isInterrupt ? 'Stopped.' : error.message}\n`);
  process.exitCode = isUsage ? 2 : isInterrupt ? INTERRUPTED : 1;
  if (process.env['LIN_DEBUG']) console.error(error);
}
