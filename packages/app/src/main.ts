// `nx train app` and its siblings.
import { runCommandLine } from '@lin/command-line';
import { callOf, COMMANDS } from './commands/all.js';

await runCommandLine({ name: 'app', call: callOf, commands: COMMANDS });
