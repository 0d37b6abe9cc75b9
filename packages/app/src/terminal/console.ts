// What the app says, outside its progress bar.

export function note(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function warn(line: string): void {
  process.stderr.write(`Warning: ${line}\n`);
}
