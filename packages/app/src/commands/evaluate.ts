// nx evaluate app
import type { Command } from '@lin/command-line';
import { editsIn, runIn, RUN_OPTIONS } from './run-option.js';
import { endAtOnce } from '../terminal/interrupt.js';
import { evaluateModel } from '../evaluate/evaluate.js';
import { withRun } from '../run/finished-run.js';
import type { Run } from '../run/run.js';
import { checkpointOf, readSummary, writeSummary, type RunSummary } from '../run/summary.js';
import { note } from '../terminal/console.js';
import { applyStoredEdits } from '../unlearning/stored-edits.js';

type Figures = Pick<RunSummary, 'test' | 'verification'>;

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'recomputes the test figures of a run from its checkpoint',
  help:
    'Recomputes `test`, `inverse` and `verification`, prints them, and puts them into the summary of a run that has ended; ' +
    'with --checkpoint or --edit the summary stays as it is.',
  options: {
    ...RUN_OPTIONS,
    edit: {
      type: 'string',
      value: 'NAME|PATH',
      multiple: true,
      description: "tests the model with an edit that unlearn made, by its folder's name or its path; may be repeated",
    },
  },
  run: async (_, values, { signal }) => {
    endAtOnce(signal);
    const edits = editsIn(values);
    await withRun(runIn(values), async (run, result) => {
      if (edits.length > 0) return evaluateEdited(run, edits);
      const evaluation = await evaluateModel(run, result);
      const summary = await readSummary(run.folder.summary);
      if (summary && values['checkpoint'] === undefined)
        await writeSummary(run.folder.summary, { ...summary, checkpoint: checkpointOf(run, result), ...evaluation });
      process.stdout.write(`${JSON.stringify(evaluation)}\n`);
    });
  },
};

/** What the run is like while the edits are in: of the model without them its summary tells. */
async function evaluateEdited(run: Run, named: readonly string[]): Promise<void> {
  const edits = await applyStoredEdits(run, named);
  for (const { identities, method, left, retainedChange } of edits) {
    note(
      `Edit     forgets ${identities.join(', ')} (${method}, rank ${left.cols}); ` +
        `changes A's values of others by ${(100 * retainedChange).toFixed(1)} %`,
    );
  }
  const evaluation = await evaluateModel(run);
  const summary = await readSummary(run.folder.summary);
  if (summary) note(describeDifference(evaluation, summary));
  const described = edits.map(({ identities, method, retainedChange }) => ({ identities, method, retainedChange }));
  process.stdout.write(`${JSON.stringify({ edits: described, ...evaluation })}\n`);
}

/** On held-out identities, the edited model beside the one without edits. */
function describeDifference(edited: Figures, without: Figures): string {
  const accuracies = [without, edited].map(({ verification: [heldOut] }) => heldOut?.student?.accuracy);
  const pairs = accuracies.every((accuracy) => accuracy !== undefined)
    ? `, pairs ${accuracies.map((accuracy) => `${(100 * accuracy!).toFixed(2)} %`).join(' → ')}`
    : '';
  return `Edited   cosine ${without.test.cosine.toFixed(4)} → ${edited.test.cosine.toFixed(4)}${pairs}`;
}
