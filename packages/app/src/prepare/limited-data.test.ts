import { expect, test } from 'vitest';
import type { DataPosition, TrainingData } from '@lin/train';
import { firstBatches, sameBatches } from './limited-data.js';

interface Batch {
  size: number;
  name: string;
  position?: DataPosition;
}

/** Five batches an epoch, such as 1.3, the fourth of the second epoch. */
const data: TrainingData<Batch> = {
  stepsPerEpoch: 5,
  async *batches({ epoch, batch }) {
    for (let at = batch; at < 5; at++)
      yield { size: 2, name: `${epoch}.${at}`, position: { epoch, batch: at + 1, image: 2 * at + 2 } };
  },
};

async function namesOf(limited: TrainingData<Batch>, position: DataPosition): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of limited.batches(position)) names.push(name);
  return names;
}

test('the first batches of each epoch are its own, from any place on', async () => {
  const limited = firstBatches(data, 2);
  expect(limited.stepsPerEpoch).toBe(2);
  expect(await namesOf(limited, { epoch: 1, batch: 0 })).toEqual(['1.0', '1.1']);
  expect(await namesOf(limited, { epoch: 2, batch: 1 })).toEqual(['2.1']);
  expect(await namesOf(limited, { epoch: 2, batch: 2 })).toEqual([]);
});

test('more batches than there are, are all', async () => {
  expect(firstBatches(data, 9).stepsPerEpoch).toBe(5);
  expect(await namesOf(firstBatches(data, 9), { epoch: 0, batch: 3 })).toEqual(['0.3', '0.4']);
});

test('the same batches are those of the first epoch, at a place of the epoch that it is', async () => {
  const limited = sameBatches(data, 2);
  expect(await namesOf(limited, { epoch: 3, batch: 0 })).toEqual(['0.0', '0.1']);
  for await (const { position } of limited.batches({ epoch: 3, batch: 1 }))
    expect(position).toEqual({ epoch: 3, batch: 2, image: 4 });
});
