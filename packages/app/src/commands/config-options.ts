// The options that a config is made of.
import type { Option, OptionValues } from '@lin/command-line';
import { userPath } from '../config/workspace.js';

export const CONFIG_OPTIONS = {
  config: { type: 'string', value: 'FILE', description: 'YAML configuration; default: the sample set and its config' },
  set: {
    type: 'string',
    value: 'KEY=VALUE',
    multiple: true,
    description: 'overrides one key, e.g. --set linearizer.num_blocks=8; may be repeated',
  },
} satisfies Record<string, Option>;

/** `path` is absolute; both are undefined where they were not given. */
export function configIn({ config, set }: OptionValues): { path: string | undefined; set: string[] | undefined } {
  return {
    path: config === undefined ? undefined : userPath(String(config)),
    set: set === undefined ? undefined : (set as readonly unknown[]).map(String),
  };
}
