/** What is known of the step that failed, and of the one before it. */
export interface DivergenceDetails {
  /** Of its batch, where the batch has keys. */
  keys?: ArrayLike<number> | undefined;
  /** What the last step with finite numbers reported, by name; left out where there was none. */
  lastFinite?: Readonly<Record<string, number>> | undefined;
}

/** How many keys the message names: `keys` has all of them. */
const NAMED_KEYS = 8;

/** A loss or gradient that is no longer a finite number. The parameters are those of the step before. */
export class TrainingDivergedError extends Error {
  override name = 'TrainingDivergedError';
  readonly fault = 'environment';
  /** Of the batch of that step, such as record keys; empty where it has none. */
  readonly keys: number[];
  readonly lastFinite: Readonly<Record<string, number>> | undefined;

  constructor(
    /** Steps done, the one that failed included. */
    readonly step: number,
    /** What is not finite: `loss`, or `gradient norm`. */
    readonly quantity: string,
    readonly value: number,
    { keys = [], lastFinite }: DivergenceDetails = {},
  ) {
    super(
      `Training diverged: the ${quantity} of step ${step} is ${value}.${describeKeys(keys)}${describeLast(lastFinite)}`,
    );
    this.keys = Array.from(keys);
    this.lastFinite = lastFinite;
  }
}

function describeKeys(keys: ArrayLike<number>): string {
  if (keys.length === 0) return '';
  const named = Array.from(keys).slice(0, NAMED_KEYS).join(', ');
  return ` Keys of its batch: ${named}${keys.length > NAMED_KEYS ? `, … (${keys.length} in all)` : ''}.`;
}

function describeLast(figures: Readonly<Record<string, number>> | undefined): string {
  if (!figures) return '';
  const shown = Object.entries(figures).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  return ` Last finite: ${shown.join(', ')}.`;
}
