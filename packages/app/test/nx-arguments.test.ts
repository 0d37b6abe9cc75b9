import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { AppFolder } from './run-app.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NX = fileURLToPath(new URL('../../../node_modules/nx/dist/bin/nx.js', import.meta.url));

/** Without processes of its own beside the command. */
const PLAIN_NX = { NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false' };

test('nx gives a command its arguments as they were typed, through no shell', async () => {
  const app = await AppFolder.create();
  const path = app.file('my data (1)', '$(touch made-by-a-shell);touch made-by-a-shell; "faces" \'of\' `me` & *');
  const args = [
    '--set',
    'linearizer.image_flow.blocks=[1, 0, 0]',
    `--set=data.ms1mv2.path="${path.replaceAll('"', '\\"')}"`,
  ];
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) =>
    execFile(
      process.execPath,
      [NX, 'train', 'app', '--', '--config', app.file('tiny.yaml'), ...args],
      {
        cwd: ROOT,
        env: { ...process.env, ...app.environment(), INIT_CWD: undefined, PWD: app.path, ...PLAIN_NX },
      },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    ),
  );
  expect(output).toContain(`${path} does not exist`); // the records: what stands before them was read as it should be
  expect(code).not.toBe(0);
  for (const folder of [ROOT, app.path]) expect(await readdir(folder)).not.toContain('made-by-a-shell');
});
