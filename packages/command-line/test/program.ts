// The small program as a process.
import { runCommandLine } from '../src/index.js';
import { PROGRAM } from './commands.js';

await runCommandLine(PROGRAM);
