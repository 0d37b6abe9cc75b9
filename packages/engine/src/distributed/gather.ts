// A text of each worker, told to all: a sum in which each worker's numbers stand in a place of their own.
import { ClusterError } from '../errors.js';
import { attr, encodeGraphDef, int32Constant } from '../tensorflow/graph-def.js';
import { dtypes } from '../tensorflow/dtypes.js';
import type { GraphSession } from '../tensorflow/graph-session.js';
import { bytesOf } from '../tensorflow/tensor-memory.js';
import { COLLECTIVE_OP, GROUP_KEY } from './all-reduce.js';

/** The longest text of a worker, in bytes of UTF-8, with its end. One number for each byte travels: 4 KB a worker. */
const SLOT = 1024;
const PREFIX = 'gather';

export function addGatherGraph(session: GraphSession, workers: number, key: number): void {
  const graph = encodeGraphDef([
    {
      name: 'mine',
      op: 'Placeholder',
      input: [],
      attr: { dtype: attr.type(dtypes.TF_FLOAT), shape: attr.shape([workers * SLOT]) },
    },
    int32Constant('workers', workers),
    int32Constant('group', GROUP_KEY),
    int32Constant('key', key),
    {
      name: 'all',
      op: COLLECTIVE_OP,
      input: ['mine', 'workers', 'group', 'key'],
      attr: {
        T: attr.type(dtypes.TF_FLOAT),
        merge_op: attr.string('Add'),
        final_op: attr.string('Id'),
        communication_hint: attr.string('auto'),
      },
    },
  ]);
  session.import(graph, PREFIX);
}

/** @throws ClusterError for a text that is too long. */
export async function gatherTexts(
  session: GraphSession,
  text: string,
  { workers, index }: { workers: readonly string[]; index: number },
): Promise<string[]> {
  const bytes = Buffer.from(text);
  if (bytes.length >= SLOT || bytes.includes(0))
    throw new ClusterError(`gather: a text of ${bytes.length} bytes; expected less than ${SLOT}, none of them 0.`);
  const mine = new Float32Array(workers.length * SLOT);
  mine.set(bytes, index * SLOT);
  const feed = { shape: [mine.length], dtype: dtypes.TF_FLOAT, bytes: bytesOf(mine) };
  const { values } = await session.run({
    feeds: new Map([[`${PREFIX}/mine`, feed]]),
    fetches: [`${PREFIX}/all`],
  });
  const all = values[0] as Float32Array;
  return workers.map((_, i) => {
    const slot = all.subarray(i * SLOT, (i + 1) * SLOT);
    return Buffer.from(slot.subarray(0, slot.indexOf(0))).toString();
  });
}
