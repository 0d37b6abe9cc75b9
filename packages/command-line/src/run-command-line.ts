// A program of several commands: finds the command, reads its options, runs it, and turns a failure into a sentence and an exit code.
import { parseArgs } from 'node:util';
import { distance } from 'fastest-levenshtein';
import type { Command, Option, OptionValues } from './command.js';
import { exitCodeOf, messageOf } from './failure.js';
import { interruptible, INTERRUPTED_EXIT_CODE } from './interrupt.js';
import { usageOf, usageOfAll, synopsisOf } from './usage.js';
import { UsageError } from './usage-error.js';

export interface CommandLine {
  /** As it is typed: "lin-data". */
  name: string;
  /** How a command of it is typed; default: `<name> <command>`. */
  call?: (command: string) => string;
  /** In the order of the usage text. */
  commands: readonly Command[];
  /** What --version prints. */
  version?: string;
  /** Default: this process's. */
  args?: readonly string[];
}

/**
 * Sets the process's exit code: 2 for the user's mistake, 1 for another failure, 130 after Ctrl-C, else what the command says. Never
 * throws.
 */
export async function runCommandLine(line: CommandLine): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.off('error', endQuietly).on('error', endQuietly);
  try {
    process.exitCode = await run(line, line.args ?? process.argv.slice(2));
  } catch (error) {
    const isInterrupt = (error as Error).name === 'AbortError';
    process.stderr.write(`${isInterrupt ? 'Stopped.' : messageOf(error)}\n`);
    process.exitCode = isInterrupt ? INTERRUPTED_EXIT_CODE : exitCodeOf(error);
    if (process.env['LIN_DEBUG']) console.error(error);
  }
}

let interrupted = false;
/** A Ctrl-C that ended whoever read the output is on its way to this process, too. */
const SIGNAL_MS = 200;

/** Whoever read the output, such as `head`, has gone. After an interrupt, or on a closed terminal, a command ends in its own order. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (interrupted || error.code === 'EIO') return;
  if (error.code !== 'EPIPE') throw error;
  setTimeout(() => interrupted || process.exit(), SIGNAL_MS);
}

async function run(line: CommandLine, args: readonly string[]): Promise<number> {
  const { name: program, commands, version, call = (command: string) => `${program} ${command}` } = line;
  const [name, ...rest] = args;
  if (name === undefined) {
    process.stderr.write(usageOfAll(call, commands));
    return 2;
  }
  if (['--help', '-h', 'help'].includes(name)) {
    process.stdout.write(usageOfAll(call, commands));
    return 0;
  }
  if (name === '--version' && version !== undefined) {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const command = commands.find((command) => command.name === name);
  if (!command) {
    const names = commands.map((command) => command.name);
    const where = line.call ? `choose one of ${names.join(', ')}.` : `${program} --help lists the commands.`;
    throw new UsageError(`There is no command ${name}${didYouMean(name, names)}; ${where}`);
  }
  const typed = call(name);
  const { values, operands } = parse(`${program} ${name}`, typed, command, rest);
  if (values['help'] === true) {
    process.stdout.write(usageOf(call, command));
    return 0;
  }
  if (!isFit(operands, command)) {
    throw new UsageError(`Usage: ${synopsisOf(call, command)} [options]; ${typed} --help says more.`);
  }
  const { signal, close } = interruptible();
  signal.addEventListener('abort', () => (interrupted = true));
  try {
    return (await command.run(operands, values, { signal })) ?? Number(process.exitCode ?? 0);
  } finally {
    close();
  }
}

/** The last argument may stand for several: "<photo>…". */
function isFit({ length }: readonly string[], { operands = [] }: Command): boolean {
  return operands.at(-1)?.endsWith('…') ? length >= operands.length : length === operands.length;
}

const HELP: Option & { short: string } = { type: 'boolean', short: 'h', description: 'this text' };

/** @throws UsageError for an option that the command has not, or one without its value. */
function parse(
  called: string,
  typed: string,
  { options = {} }: Command,
  args: readonly string[],
): { values: OptionValues; operands: string[] } {
  const known = Object.fromEntries(
    Object.entries(options).map(([option, { type, multiple = false }]) => [option, { type, multiple }]),
  );
  try {
    const { type, short } = HELP;
    const parsed = parseArgs({
      args: withBareValues(args, options),
      allowPositionals: true,
      options: { ...known, help: { type, short } },
    });
    return { values: parsed.values, operands: parsed.positionals };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? /'(-[^']*)'/.exec(message)?.[1] : undefined;
    const text = unknown
      ? `${called} has no option ${unknown}${didYouMean(
          unknown,
          Object.keys(known).map((option) => `--${option}`),
        )}`
      : message.split('\n')[0]!.replace(/\.$/, '');
    throw new UsageError(`${text}; ${typed} --help lists the options.`);
  }
}

/** Names further away than this many letters are no slip of the fingers. */
const MAX_DISTANCE = 3;

function didYouMean(given: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, letters: distance(given, name) }))
    .filter(({ name, letters }) => letters <= Math.min(MAX_DISTANCE, name.length / 2))
    .sort((a, b) => a.letters - b.letters)[0];
  return near ? ` (did you mean ${near.name}?)` : '';
}

/** An option that may be given without its value, with the one that it stands for then. */
function withBareValues(args: readonly string[], options: Readonly<Record<string, Option>>): string[] {
  return args.map((arg, i) => {
    const bare = arg.startsWith('--') ? options[arg.slice(2)]?.bare : undefined;
    const next = args[i + 1];
    return bare !== undefined && (next === undefined || next.startsWith('-')) ? `${arg}=${bare}` : arg;
  });
}
