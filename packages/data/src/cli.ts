// lin-data <command>: making, inspecting and repairing sets of records.
import { runCommandLine, versionOf } from '@lin/command-line';
import { COMMANDS } from './commands/all.js';

await runCommandLine({ name: 'lin-data', version: versionOf(import.meta.url), commands: COMMANDS });
