// The option that chooses a run.
import type { Option, OptionValues } from '@lin/command-line';

export const RUN_NAME: Option = {
  type: 'string',
  value: 'NAME',
  description: "the run's name; default: the newest run",
};

export const nameIn = ({ name }: OptionValues) => (name === undefined ? undefined : String(name));
