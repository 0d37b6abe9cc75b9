// The options that choose a run, and the edits that its model is taken with.
import type { Option, OptionValues } from '@lin/command-line';
import { parseCheckpointChoice } from '../run/checkpoint-choice.js';
import type { RunChoice } from '../run/finished-run.js';

export const RUN_NAME: Option = {
  type: 'string',
  value: 'NAME',
  description: "the run's name; default: the newest run that has a checkpoint",
};

/** Of the commands that look at a run's model. */
export const RUN_OPTIONS = {
  name: RUN_NAME,
  checkpoint: {
    type: 'string',
    value: 'best|last|STEP|PATH',
    description: 'which checkpoint; default: the best where validation chose one, else the last',
  },
} satisfies Record<string, Option>;

export const runIn = (values: OptionValues): RunChoice => ({ name: nameIn(values), checkpoint: checkpointIn(values) });

export const checkpointIn = ({ checkpoint }: OptionValues) =>
  checkpoint === undefined ? undefined : parseCheckpointChoice(String(checkpoint));

export const nameIn = ({ name }: OptionValues) => (name === undefined ? undefined : String(name));

export const editsIn = ({ edit }: OptionValues): string[] => ((edit ?? []) as readonly unknown[]).map(String);
