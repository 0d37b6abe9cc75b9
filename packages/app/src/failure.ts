// What a failure says and how the process ends: one sentence and code 2 for bad input, one sentence and code 1 for a failure at run time.
import { RecordError } from '@lin/data';
import { EngineError } from '@lin/engine';
import { TeacherError } from '@lin/teacher';
import { RunFolderError } from '@lin/train';
import { UsageError } from './usage-error.js';

const BAD_INPUT = [UsageError, RunFolderError, RecordError, TeacherError];
