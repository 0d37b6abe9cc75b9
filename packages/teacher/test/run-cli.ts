// lin-teacher's commands in this process, with what they print: processes of their own are for what only those show.
import { callCommandLine } from '../../../tools/command-line-for-tests.js';
import { COMMANDS } from '../src/commands/all.js';

export interface Ended {
  stdout: string;
  stderr: string;
  status: number;
}

export async function runCli(...args: string[]): Promise<Ended> {
  const { code, stdout, stderr } = await callCommandLine({ name: 'lin-teacher', commands: COMMANDS }, args);
  return { stdout: stdout.trim(), stderr: stderr.trim(), status: code };
}
