#!/usr/bin/env node
// lin-engine install | doctor
import { runCommandLine, versionOf } from '@lin/command-line';
import { commands } from './commands.js';

await runCommandLine({ name: 'lin-engine', version: versionOf(import.meta.url), commands });
