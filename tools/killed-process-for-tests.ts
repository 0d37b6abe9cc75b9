// A script of the tests in a process of its own, which is killed on its way.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundledScript } from './bundled-script-for-tests.js';

export interface Kill {
  /** Comes once the script has said so many numbers, and some milliseconds later. */
  afterLines: number;
  delayMs: number;
}

/** Runs a TypeScript file of this checkout, which prints a number a line; those numbers, and whether it ended by itself. */
export async function runUntilKilled(
  script: string,
  args: readonly string[],
  kill?: Kill,
): Promise<{ said: number[]; ended: boolean }> {
  const child = spawn(process.execPath, [await bundledScript(script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let text = '';
  let killing = false;
  for await (const piece of child.stdout.setEncoding('utf8')) {
    text += piece as string;
    if (!kill || killing || text.split('\n').length <= kill.afterLines) continue;
    killing = true;
    void sleep(kill.delayMs).then(() => child.kill('SIGKILL'));
  }
  const [code] = (await exit) as [number | null];
  return { said: text.split('\n').slice(0, -1).map(Number), ended: code === 0 };
}
