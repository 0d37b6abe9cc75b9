// lin-teacher <command>: fetching a pack, and faces from the command line. Each command is a file of src/commands.
import { runCommandLine, versionOf } from '@lin/command-line';
import { COMMANDS } from './commands/all.js';

await runCommandLine({ name: 'lin-teacher', version: versionOf(import.meta.url), commands: COMMANDS });
