// Runs a command of the application: its arguments go to the process one by one, as they were typed, and through no shell.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { whenLauncherIsGone } from './launcher.mjs';

const NODE = ['--conditions=@lin/source', '--import', 'tsx', 'packages/app/src/main.ts'];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Signals are passed on, and so is the end of nx itself, and of the npx that started it: the command ends in its own good order, and nx's
 * process waits for it.
 */
export default async function run({ command, arguments: given = [] }, { root }) {
  const child = spawn(process.execPath, [...NODE, command, ...given], { cwd: root, stdio: 'inherit' });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  process.once('disconnect', () => child.kill('SIGTERM'));
  whenLauncherIsGone(() => child.kill('SIGTERM'));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  if (code !== 0) process.exit(code); // nx itself would end with 1
  return { success: true };
}
