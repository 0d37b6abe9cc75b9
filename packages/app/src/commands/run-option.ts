// The options that choose a run, and the edits that its model is taken with.
import type { Option, OptionValues } from '@lin/command-line';

export const RUN_NAME: Option = {
  type: 'string',
  value: 'NAME',
  description: "the run's name; default: the newest run that has a checkpoint",
};

export const nameIn = ({ name }: OptionValues) => (name === undefined ? undefined : String(name));

export const editsIn = ({ edit }: OptionValues): string[] => ((edit ?? []) as readonly unknown[]).map(String);
