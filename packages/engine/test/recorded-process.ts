// recorded-loop.ts in a process of its own.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const script = new URL('./recorded-loop.ts', import.meta.url);
const LOADER = ['--conditions=@lin/source', '--import', 'tsx'];

export interface LoopResult {
  losses: number[];
  parameters: string;
  rss: number[];
}

export async function inProcess(steps: number): Promise<LoopResult> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...LOADER, '--expose-gc', fileURLToPath(script), String(steps)],
    { maxBuffer: 2 ** 26 },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as LoopResult;
}

/** How much memory grew from its first ten samples to its last ten, as a fraction. */
export function growthOf({ rss }: LoopResult): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return mean(rss.slice(-10)) / mean(rss.slice(0, 10)) - 1;
}
