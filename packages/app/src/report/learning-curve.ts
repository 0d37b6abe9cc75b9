// Loss and cosine over the steps of a run.
import { COLOURS, lineChart, type Figure } from '@lin/figures';
import type { MetricsRow } from '@lin/train';

/** `floor`: the cosine that the mean embedding scores, drawn as the line to be above. */
export function learningCurve(rows: readonly MetricsRow[], { floor }: { floor?: number | undefined } = {}): Figure {
  const validated = pointsOf(rows, 'validation.cosine');
  return lineChart({
    x: { name: 'step', max: rows.at(-1)?.step ?? 1 },
    left: {
      name: 'cosine',
      min: 0,
      max: 1,
      curves: [
        {
          name: 'cosine to the teacher',
          points: pointsOf(rows, 'cosine'),
          colour: COLOURS.prediction,
        },
        ...(validated.length > 0
          ? [{ name: 'on validation identities', points: validated, colour: COLOURS.difference }]
          : []),
      ],
      threshold: floor === undefined ? undefined : { value: floor, name: 'mean embedding' },
    },
    right: {
      name: 'loss (MSE)',
      scale: 'log',
      curves: [{ name: 'loss', points: pointsOf(rows, 'loss').filter(([, loss]) => loss > 0), colour: COLOURS.target }],
    },
  });
}

/** Of the rows that have the scalar. */
function pointsOf(
  rows: readonly MetricsRow[],
  scalar: 'cosine' | 'loss' | 'validation.cosine',
): [step: number, value: number][] {
  return rows.flatMap(({ step, [scalar]: value }) => (value === undefined ? [] : [[step, value]]));
}
