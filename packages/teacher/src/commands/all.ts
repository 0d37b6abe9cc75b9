// The commands of lin-teacher, in the order of the usage text: another one is a file beside this, and a line here.
import type { Command } from '@lin/command-line';
import { benchCommand } from './bench.js';
import { clusterCommand } from './cluster.js';
import { compareCommand } from './compare.js';
import { drawCommand } from './draw.js';
import { embedCommand } from './embed.js';
import { fetchCommand } from './fetch.js';
import { matchCommand } from './match.js';

export const COMMANDS: readonly Command[] = [
  fetchCommand,
  embedCommand,
  compareCommand,
  matchCommand,
  clusterCommand,
  drawCommand,
  benchCommand,
];
