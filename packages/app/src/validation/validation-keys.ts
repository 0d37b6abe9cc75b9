// Which images of the validation identities are looked at: the same ones throughout a run, of every identity.

interface Images {
  keys: Float64Array;
  /** The identity of each. */
  labels: Int32Array;
}

/** At most `most` keys, ascending: the first image of each identity, then the second of each, and so on. */
export function validationKeys({ keys, labels }: Images, most: number): Float64Array {
  const seen = new Map<number, number>();
  const turns = Array.from(labels, (label) => {
    const turn = seen.get(label) ?? 0;
    seen.set(label, turn + 1);
    return turn;
  });
  const inTurn = Array.from(keys.keys()).sort((a, b) => turns[a]! - turns[b]! || a - b);
  return Float64Array.from(inTurn.slice(0, most), (i) => keys[i]!).sort();
}
