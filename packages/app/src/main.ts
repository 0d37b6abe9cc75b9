// `nx train app` and its siblings.
import { runCommandLine, versionOf } from '@lin/command-line';
import { callOf, COMMANDS } from './commands/all.js';

await runCommandLine({ name: 'app', version: versionOf(import.meta.url), call: callOf, commands: COMMANDS });
