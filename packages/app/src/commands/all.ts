// Every command of the app, in the order of the usage text: a new one is a file beside this one and a line here.
import type { Command } from '@lin/command-line';
import { embedCommand } from './embed.js';
import { evaluateCommand } from './evaluate.js';
import { spectrumCommand } from './spectrum.js';
import { trainCommand } from './train.js';
import { unlearnCommand } from './unlearn.js';
import { visualizeCommand } from './visualize.js';

/** How a command is typed. What stands before `--` is nx's, which takes some options, such as --help, for its own. */
export const callOf = (command: string) => `npx nx ${command} app --`;

export const COMMANDS: readonly Command[] = [
  embedCommand,
  trainCommand,
  evaluateCommand,
  visualizeCommand,
  spectrumCommand,
  unlearnCommand,
];
