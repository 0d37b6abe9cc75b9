// Where a command's results go, line by line: standard output, or a file that is there whole or not at all.
import { once } from 'node:events';
import type { Option } from '@lin/command-line';
import { replaceFile } from '@lin/files';

export const TO: Option = {
  type: 'string',
  value: '<file>',
  description: 'where results go (default: standard output)',
};

export interface Results {
  write(line: string): Promise<void>;
}

/** Runs `produce`; a file gets its name once that has ended well. @returns its exit code. */
export async function withResults(
  path: string | undefined,
  produce: (results: Results) => Promise<number>,
): Promise<number> {
  if (path === undefined) return produce({ write: toStandardOutput });
  let code = 0;
  await replaceFile(path, async (file) => {
    code = await produce({ write: async (line) => void (await file.write(`${line}\n`)) });
  });
  return code;
}

/** At the reader's pace. Where the reader has gone, the command line ends the process; a line more or less is nobody's loss. */
async function toStandardOutput(line: string): Promise<void> {
  const { stdout } = process;
  if (stdout.destroyed || stdout.write(`${line}\n`)) return;
  await once(stdout, 'drain').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}
