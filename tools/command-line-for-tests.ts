// A command line called as a function: for what is refused, and for what needs no process of its own.
import { format } from 'node:util';
import { runCommandLine, type CommandLine } from '@lin/command-line';

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** What the process would print, and its exit code. One at a time: the streams are this process's. */
export async function callCommandLine(line: CommandLine, args: readonly string[]): Promise<CommandResult> {
  const printed = { stdout: '', stderr: '' };
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name].setMaxListeners(0);
    const { write } = stream;
    stream.write = (text: string | Uint8Array) => ((printed[name] += String(text)), true);
    return () => (stream.write = write);
  });
  const { log } = console; // vitest's own, which does not write to standard output
  console.log = (...values: unknown[]) => void (printed.stdout += `${format(...values)}\n`);
  try {
    await runCommandLine({ ...line, args });
    return { code: Number(process.exitCode ?? 0), ...printed };
  } finally {
    for (const undo of restore) undo();
    console.log = log;
    process.exitCode = undefined;
  }
}
