// Variables of worker 0 given to all others, as a graph beside that of a recorded step: its variables are the same by their names.
import { attr, encodeGraphDef, int32Constant, int32Tensor, type Node } from '../tensorflow/graph-def.js';
import { dtypes } from '../tensorflow/dtypes.js';
import type { ClusterPlace } from '../tensorflow/config-proto.js';
import { GROUP_KEY } from './all-reduce.js';

/** The node to run. */
export const BROADCAST = 'broadcast';

export interface SharedVariable {
  /** Its shared_name. */
  name: string;
  shape: readonly number[];
  dtype: number;
}

export function broadcastGraph(
  variables: readonly SharedVariable[],
  { workers, index }: ClusterPlace,
  nextKey: () => number,
): Uint8Array {
  const sends = index === 0;
  const nodes: Node[] = [int32Constant('workers', workers.length), int32Constant('group', GROUP_KEY)];
  const ends = variables.map(({ name, shape, dtype }, i) => {
    const [handle, key, collective] = [`var/${i}`, `key/${i}`, `collective/${i}`];
    const type = { dtype: attr.type(dtype) };
    const attributes = { T: attr.type(dtype), communication_hint: attr.string('auto') };
    nodes.push(int32Constant(key, nextKey()), {
      name: handle,
      op: 'VarHandleOp',
      input: [],
      attr: { ...type, shape: attr.shape(shape), shared_name: attr.string(name) },
    });
    if (sends) {
      nodes.push(
        { name: `read/${i}`, op: 'ReadVariableOp', input: [handle], attr: type },
        {
          name: collective,
          op: 'CollectiveBcastSendV2',
          input: [`read/${i}`, 'workers', 'group', key],
          attr: attributes,
        },
      );
      return collective;
    }
    nodes.push(
      int32Tensor(`shape/${i}`, [shape.length], shape),
      {
        name: collective,
        op: 'CollectiveBcastRecvV2',
        input: ['workers', 'group', key, `shape/${i}`],
        attr: { ...attributes, Tshape: attr.type(dtypes.TF_INT32) },
      },
      { name: `write/${i}`, op: 'AssignVariableOp', input: [handle, collective], attr: type },
    );
    return `write/${i}`;
  });
  nodes.push({ name: BROADCAST, op: 'NoOp', input: ends.map((end) => `^${end}`) });
  return encodeGraphDef(nodes);
}
