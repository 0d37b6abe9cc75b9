// lin-teacher <command>: fetching a pack, and faces from the command line. Each command is a file of src/commands.
import { runCommandLine, versionOf } from '@lin/command-line';
import { benchCommand } from './commands/bench.js';
import { compareCommand } from './commands/compare.js';
import { embedCommand } from './commands/embed.js';
import { fetchCommand } from './commands/fetch.js';

await runCommandLine({
  name: 'lin-teacher',
  version: versionOf(import.meta.url),
  commands: [fetchCommand, embedCommand, compareCommand, benchCommand],
});
