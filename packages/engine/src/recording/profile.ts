// Where a recorded step's time goes, op by op: TensorFlow's own trace (RunOptions, RunMetadata of tensorflow/core/protobuf/config.proto,
// and StepStats of tensorflow/core/framework/step_stats.proto).
import protobuf from 'protobufjs';

const RunMetadata = protobuf
  .parse(
    `
    syntax = "proto3";
    message NodeStats { string node_name = 1; int64 op_start_rel_micros = 3; int64 op_end_rel_micros = 4; string timeline_label = 8; }
    message DeviceStats { string device = 1; repeated NodeStats node_stats = 2; }
    message StepStats { repeated DeviceStats dev_stats = 1; }
    message RunMetadata { StepStats step_stats = 1; }
  `,
    { keepCase: true },
  )
  .root.lookupType('RunMetadata');

/** RunOptions { trace_level: FULL_TRACE }. */
export const FULL_TRACE = Uint8Array.of(8, 3);

export interface ProfileRow {
  /** As TensorFlow ran it, after its own rewriting: `_MklNativeFusedConv2D` is a convolution with its bias and activation. */
  op: string;
  count: number;
  /** Summed over its runs, which overlap where ops run at once. */
  milliseconds: number;
  /** Of the sum over all ops, in [0, 1]. */
  share: number;
}

interface Metadata {
  step_stats: {
    dev_stats: { node_stats: { op_start_rel_micros: number; op_end_rel_micros: number; timeline_label: string }[] }[];
  };
}

/** Rows by falling time, from a serialised RunMetadata. */
export function profileOf(metadata: Uint8Array): ProfileRow[] {
  const { step_stats } = RunMetadata.toObject(RunMetadata.decode(metadata), {
    longs: Number,
    defaults: true,
    arrays: true,
  }) as Metadata;
  const rows = new Map<string, { count: number; milliseconds: number }>();
  for (const {
    op_start_rel_micros: start,
    op_end_rel_micros: end,
    timeline_label: label,
  } of step_stats.dev_stats.flatMap(({ node_stats }) => node_stats)) {
    const op = /= (\w+)\(/.exec(label)?.[1] ?? label; // "node = Op(inputs)"
    const row = rows.get(op) ?? { count: 0, milliseconds: 0 };
    rows.set(op, { count: row.count + 1, milliseconds: row.milliseconds + (end - start) / 1000 });
  }
  const total = [...rows.values()].reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [...rows]
    .map(([op, row]) => ({ op, ...row, share: row.milliseconds / total }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
