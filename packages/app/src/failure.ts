// What a failure says and how the process ends: one sentence and code 2 for bad input, one sentence and code 1 for a failure at run time.
import { DataOptionError, RecordError } from '@lin/data';
import { EngineError, RecordingError, TensorFlowError } from '@lin/engine';
import { SafetensorsError } from '@lin/safetensors';
import { TeacherError } from '@lin/teacher';
import { TrainingDivergedError } from '@lin/train';
import { RunFolderError } from './run/run-folder.js';
import { UsageError } from './terminal/usage-error.js';

const BAD_INPUT = [UsageError, RunFolderError, RecordError, DataOptionError, TeacherError, SafetensorsError];
const AT_RUN_TIME = [EngineError, TensorFlowError, RecordingError, TrainingDivergedError];

const isOneOf = (error: unknown, classes: readonly (new (...args: never[]) => Error)[]) =>
  classes.some((type) => error instanceof type);

export function exitCodeOf(error: unknown): 1 | 2 {
  return isOneOf(error, BAD_INPUT) ? 2 : 1;
}

/** The sentence of an expected failure; the stack of any other, which is a fault of Lin. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isSystemError = 'code' in error && 'syscall' in error; // e.g. a full disk
  return isSystemError || isOneOf(error, [...BAD_INPUT, ...AT_RUN_TIME])
    ? error.message
    : (error.stack ?? error.message);
}
