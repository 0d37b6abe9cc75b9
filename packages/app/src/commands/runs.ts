// nx runs app
import type { Command } from '@lin/command-line';
import { runsFolder } from '../config/workspace.js';
import { listRuns, type ListedRun } from '../run/list-runs.js';
import { note } from '../terminal/console.js';

export const runsCommand: Command = {
  name: 'runs',
  summary: 'lists the runs with their figures',
  options: { json: { type: 'boolean', description: 'as JSON, with all that is known of each' } },
  run: async (_, { json }) => {
    const runs = await listRuns(runsFolder());
    if (json === true) process.stdout.write(`${JSON.stringify(runs, null, 2)}\n`);
    else note(runs.length > 0 ? tableOf(runs) : `There is no run in ${runsFolder()} yet.`);
  },
};

const HEAD = ['run', 'begun', 'state', 'steps', 'training', 'validation', 'held-out', 'pairs'];

function tableOf(runs: readonly ListedRun[]): string {
  const cosine = (value: number | null) => (value === null ? '–' : value.toFixed(4));
  const rows = runs.map((run) => [
    run.name,
    run.startedAt.slice(0, 16).replace('T', ' '),
    run.hasEnded ? 'ended' : 'open',
    String(run.steps),
    cosine(run.trainingCosine),
    cosine(run.validationCosine),
    cosine(run.testCosine),
    run.testAccuracy === null ? '–' : `${(100 * run.testAccuracy).toFixed(2)} %`,
  ]);
  const widths = HEAD.map((_, i) => Math.max(...[HEAD, ...rows].map((row) => row[i]!.length)));
  return [HEAD, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
