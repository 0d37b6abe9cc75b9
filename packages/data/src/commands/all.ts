// Every command of lin-data, in the order of its usage text. Each is a file of this folder over a function of src/making.
import type { Command } from '@lin/command-line';
import { importCommand } from './import.js';
import { inspectCommand } from './inspect.js';
import { pairsCommand } from './pairs.js';
import { reindexCommand } from './reindex.js';
import { shuffleCommand } from './shuffle.js';
import { splitCommand } from './split.js';
import { subsetCommand } from './subset.js';
import { verifyCommand } from './verify.js';

export const COMMANDS: readonly Command[] = [
  importCommand,
  inspectCommand,
  verifyCommand,
  reindexCommand,
  splitCommand,
  subsetCommand,
  shuffleCommand,
  pairsCommand,
];
