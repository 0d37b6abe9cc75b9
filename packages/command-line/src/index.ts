export { UsageError } from './usage-error.js';
export type { Command, CommandSession, Option, OptionValues } from './command.js';
export { choiceOf, numberOf, numbersOf, parseNumber, type NumberRange } from './option-values.js';
export { runCommandLine, type CommandLine } from './run-command-line.js';
export { exitCodeOf, messageOf } from './failure.js';
export { interruptible, listenForInterrupt, INTERRUPTED_EXIT_CODE, type Interrupt } from './interrupt.js';
export { Progress, type ProgressOptions } from './progress.js';
export { duration } from './duration.js';
export { versionOf } from './version.js';
