// Every command of the application is a target of nx: `npx nx <command> app`. A file of commands/ that holds one is enough.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const COMMAND = /: Command = \{\s*name: '([a-z-]+)'/;

export const name = 'app-commands';

export const createNodesV2 = [
  'packages/app/src/commands/*.ts',
  (files, _, { workspaceRoot }) =>
    files.map((file) => {
      const command = COMMAND.exec(readFileSync(join(workspaceRoot, file), 'utf8'))?.[1];
      if (command === undefined) return [file, {}];
      const target = { executor: './tools/nx-command:run', cache: false, options: { command } };
      return [file, { projects: { 'packages/app': { targets: { [command]: target } } } }];
    }),
];
