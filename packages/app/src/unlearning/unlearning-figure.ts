// What unlearning did at a glance: how well the forgotten are still recognised, and how far everyone else has moved.
import type { Forgetting } from '@lin/linearizer';
import { barsBesideCurve, COLOURS, type Figure } from '@lin/figures';

const MOST_BARS = 12;

const KINDS = [
  { kind: 'againstTemplate', name: 'against the old template', colour: COLOURS.prediction },
  { kind: 'amongThemselves', name: 'among themselves', colour: COLOURS.difference },
] as const;
const TIMES = [
  { time: 'before', opacity: 0.35 },
  { time: 'after', opacity: 1 },
] as const;

export function unlearningFigure({ identities, retained }: Pick<Forgetting, 'identities' | 'retained'>): Figure {
  const shown = identities.slice(0, MOST_BARS);
  const share = identities.length > MOST_BARS ? ` (first ${MOST_BARS} of ${identities.length})` : '';
  return barsBesideCurve({
    bars: {
      title: `verification AUC of the forgotten, 0.5 is chance${share}`,
      xName: 'identity',
      categories: shown.map(({ identity }) => String(identity)),
      series: KINDS.flatMap(({ kind, name, colour }) =>
        TIMES.map(({ time, opacity }) => ({
          name: `${name}, ${time}`,
          values: shown.map((identity) => identity[kind][time]),
          colour,
          opacity,
        })),
      ),
    },
    curve: {
      title: 'cosine of everyone else to before',
      xName: 'identities, the most changed first',
      values: retained.identities.map(({ cosine }) => cosine),
    },
  });
}
