// `nx train app` and its siblings.
import { runCommandLine } from '@lin/command-line';
import { COMMANDS } from './commands/all.js';

await runCommandLine({ name: 'app', commands: COMMANDS });
