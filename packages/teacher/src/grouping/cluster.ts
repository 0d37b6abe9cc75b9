// Faces grouped by person: average linkage (Sokal and Michener, 1958) by the chain of nearest neighbours (Murtagh, 1983). Between two
// groups of unit embeddings the average cosine is the product of their means, so that n faces need n rows, not n² cosines.

interface Group {
  members: number[];
  /** Sum of the members' embeddings. */
  sum: Float64Array;
}

/**
 * Groups of positions, the largest first, of equal ones the one with the first face; members ascending. Two groups are joined while the
 * average cosine between their faces is at least `threshold`.
 */
export function clusterEmbeddings(embeddings: readonly Float32Array[], threshold: number): number[][] {
  const open = new Set<Group>(embeddings.map((row, i) => ({ members: [i], sum: Float64Array.from(row) })));
  const done: Group[] = [];
  const chain: Group[] = [];
  while (open.size > 0) {
    if (chain.length === 0) chain.push(open.values().next().value!);
    const tip = chain.at(-1)!;
    const before = chain.at(-2);
    const { nearest, cosine } = nearestOf(tip, open, before);
    if (!nearest || cosine < threshold) {
      // nothing that is joined elsewhere comes nearer (average linkage is reducible): the whole chain's end stays as it is
      open.delete(tip);
      done.push(tip);
      chain.pop();
    } else if (nearest === before) {
      chain.length -= 2;
      open.delete(tip);
      open.delete(before);
      open.add(joined(before, tip));
    } else chain.push(nearest);
  }
  return done.map(({ members }) => members.sort((a, b) => a - b)).sort((a, b) => b.length - a.length || a[0]! - b[0]!);
}

/** Of equals the one before it in the chain, then the first: the chain ends. */
function nearestOf(group: Group, open: ReadonlySet<Group>, before: Group | undefined) {
  let nearest = before;
  let cosine = before ? averageCosine(group, before) : -Infinity;
  for (const other of open) {
    if (other === group || other === before) continue;
    const value = averageCosine(group, other);
    if (value > cosine) [nearest, cosine] = [other, value];
  }
  return { nearest, cosine };
}

function averageCosine(a: Group, b: Group): number {
  let sum = 0;
  for (let i = 0; i < a.sum.length; i++) sum += a.sum[i]! * b.sum[i]!;
  return sum / (a.members.length * b.members.length);
}

const joined = (a: Group, b: Group): Group => ({
  members: [...a.members, ...b.members],
  sum: a.sum.map((value, i) => value + b.sum[i]!),
});
