// Names in the order people count: img2 before img10. By code units, so that it is the same on every machine.

/**
 * Negative where `a` comes first. Equal only for equal names: where numbers differ in leading zeros alone, the plain order of the names
 * decides.
 */
export function naturalOrder(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = comparePart(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length || compare(a, b);
}

/** Runs of digits, and what is between them. */
const parts = (name: string) => name.match(/\d+|\D+/g) ?? [];

function comparePart(a: string, b: string): number {
  if (!(isDigits(a) && isDigits(b))) return compare(a, b);
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || compare(left, right); // digits alone: a longer number is larger, whatever its length
}

const isDigits = (part: string) => part[0]! >= '0' && part[0]! <= '9';
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
