// What an epoch costs in wall and CPU time, round after round in turn, so that what else runs on the machine slows all alike.

export interface Cost {
  /** Seconds. */
  wall: number;
  /** Seconds of all threads of this process. */
  cpu: number;
}

export type Epoch = () => Promise<unknown>;

/** Of each epoch's rounds, in their order; who is first changes with every round. */
export async function inTurn(rounds: number, epochs: readonly Epoch[]): Promise<Cost[][]> {
  const costs: Cost[][] = epochs.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < epochs.length; i++) {
      const place = (i + round) % epochs.length;
      costs[place]!.push(await costOf(epochs[place]!));
    }
  return costs;
}

async function costOf(epoch: Epoch): Promise<Cost> {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  await epoch();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - startedAt) / 1000, cpu: (user + system) / 1e6 };
}

/** Of an even number of values the lower of the two in the middle. */
export const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!;

/** The median over the rounds of how much more the first costs than the second. */
export const ratioOf = (first: readonly Cost[], second: readonly Cost[], of: keyof Cost) =>
  median(first.map((cost, round) => cost[of] / second[round]![of]));
