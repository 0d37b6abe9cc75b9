#!/usr/bin/env node
// lin-engine install | doctor
import { runCommandLine } from '@lin/command-line';
import { commands } from './commands.js';

await runCommandLine({ name: 'lin-engine', commands });
