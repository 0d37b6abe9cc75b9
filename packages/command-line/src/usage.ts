// Usage texts, from the commands' own data.
import type { Command, Option } from './command.js';

const WIDTH = 100;

/** How a command is typed: "lin-data split". */
type Call = (command: string) => string;

/** "lin-data split <records> <output>". */
export const synopsisOf = (call: Call, { name, operands = [] }: Command): string => [call(name), ...operands].join(' ');

export function usageOfAll(call: Call, commands: readonly Command[]): string {
  const rows = commands.map(
    (command) => [[command.name, ...(command.operands ?? [])].join(' '), command.summary] as const,
  );
  const typed = call('<command>');
  return `Usage: ${typed} …\n\n${table(rows)}\n${typed} --help says which options it has.\n`;
}

export function usageOf(call: Call, command: Command): string {
  const { help, summary, options = {} } = command;
  const rows = Object.entries(options).map(([name, option]) => [nameOf(name, option), option.description] as const);
  const text = `Usage: ${synopsisOf(call, command)} [options]\n\n${(help ?? `${summary}.`).trim()}\n`;
  return rows.length === 0 ? text : `${text}\n${table(rows)}`;
}

const nameOf = (name: string, { value = '<value>', type, bare }: Option) =>
  type === 'boolean' ? `--${name}` : `--${name} ${bare === undefined ? value : `[${value}]`}`;

/** Two columns, the second one wrapped. */
function table(rows: readonly (readonly [string, string])[]): string {
  const indent = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows
    .map(([name, text]) => {
      const lines = wrap(text, WIDTH - indent).join(`\n${' '.repeat(indent)}`);
      return `${`  ${name}`.padEnd(indent)}${lines}\n`;
    })
    .join('');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
