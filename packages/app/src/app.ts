// The app as a command line.
import { runCommandLine, type Command } from '@lin/command-line';
import * as commands from './commands/all.js';
import { VERSION } from './version.js';

const COMMANDS: readonly Command[] = Object.values(commands);

/** How a command is typed. What stands before `--` is nx's, which takes some options, such as --help, for its own. */
const callOf = (command: string) => `npx nx ${command} app --`;

export const runApp = (args: readonly string[]): Promise<void> =>
  runCommandLine({ name: 'app', version: VERSION, call: callOf, commands: COMMANDS, args });
