// What the app says, on standard output: nothing of it is read by programs but a last line of JSON or of paths.
import { Progress } from '@lin/command-line';

export function note(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Of a preparing step: a bar on a terminal, a line now and then elsewhere, nothing where it does not take long. */
export const progressOf = (label: string, unit: string) => new Progress({ label, unit, stream: process.stdout });

export function warn(line: string): void {
  process.stderr.write(`Warning: ${line}\n`);
}
