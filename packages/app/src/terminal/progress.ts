// Progress of the preparing steps: a line that counts up on a terminal, one line at the beginning elsewhere. Silent where nothing is done.

export interface ProgressLine {
  update(done: number, total: number): void;
  end(): void;
}

export function progressLine(label: string): ProgressLine {
  const { stdout } = process;
  let begun = false;
  return {
    update(done, total) {
      if (stdout.isTTY) stdout.write(`\r${label} … ${done}/${total}`);
      else if (!begun) stdout.write(`${label} …\n`);
      begun = true;
    },
    end() {
      if (begun && stdout.isTTY) stdout.write('\n');
    },
  };
}
