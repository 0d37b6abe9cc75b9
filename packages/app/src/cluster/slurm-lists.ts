// SLURM's short forms of lists, as `scontrol show hostnames` expands them.

/** node[01-03,7],gpu1 → node01 node02 node03 node7 gpu1. Several brackets in a name vary one after the other, the last the fastest. */
export function expandHosts(list: string): string[] {
  return list.split(/,(?![^[]*\])/).flatMap(expandName);
}

function expandName(name: string): string[] {
  const match = /^([^[]*)\[([^\]]*)\](.*)$/.exec(name);
  if (!match) return [name];
  const [, before, ranges, after] = match as unknown as [string, string, string, string];
  const rests = expandName(after);
  return ranges
    .split(',')
    .flatMap(expandRange)
    .flatMap((number) => rests.map((rest) => before + number + rest));
}

/** 08-10 → 08 09 10 */
function expandRange(range: string): string[] {
  const [first, last = first] = range.split('-') as [string, string?];
  const count = Number(last) - Number(first) + 1;
  return Array.from({ length: count }, (_, i) => String(Number(first) + i).padStart(first.length, '0'));
}

/** 2(x3),1 → 2 2 2 1 */
export function expandCounts(list: string): number[] {
  return list.split(',').flatMap((entry) => {
    const [, count, times = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(entry) ?? [];
    return Array<number>(Number(times)).fill(Number(count));
  });
}
