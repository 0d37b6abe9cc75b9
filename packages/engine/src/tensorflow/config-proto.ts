// The few fields of TensorFlow's ConfigProto that the engine sets (tensorflow/core/protobuf/config.proto, rewriter_config.proto).
import protobuf from 'protobufjs';

const ConfigProto = protobuf
  .parse(
    `
    syntax = "proto3";
    message GpuOptions { bool allow_growth = 4; }
    message OptimizerOptions { int32 global_jit_level = 5; }
    message RewriterConfig { int32 auto_mixed_precision_onednn_bfloat16 = 31; }
    message GraphOptions { OptimizerOptions optimizer_options = 3; RewriterConfig rewrite_options = 10; }
    message ConfigProto {
      map<string, int32> device_count = 1; int32 intra_op_parallelism_threads = 2; int32 inter_op_parallelism_threads = 5;
      GpuOptions gpu_options = 6; bool allow_soft_placement = 7; GraphOptions graph_options = 10;
    }
  `,
    { keepCase: true },
  )
  .root.lookupType('ConfigProto');

export interface SessionConfig {
  /** Threads within one op and across ops; undefined leaves TensorFlow's default, one per core. */
  threads?: number;
  /** false hides every GPU from TensorFlow. */
  gpu: boolean;
  /** false: GPU memory is taken whole at the start rather than as needed. */
  gpuMemoryGrowth?: boolean;
  /** Compiles the graph with XLA. */
  xla?: boolean;
  /** Computes products and convolutions of a graph in bfloat16 where that is safe; parameters stay float32. CPUs only. */
  bfloat16?: boolean;
}

const JIT_OFF = -1;
const JIT_ON = 1;
const REWRITER_ON = 1;

/** Serialises `config`. */
export function configProto({
  threads,
  gpu,
  gpuMemoryGrowth = true,
  xla,
  bfloat16 = false,
}: SessionConfig): Uint8Array {
  const message = ConfigProto.fromObject({
    ...(threads !== undefined && { intra_op_parallelism_threads: threads, inter_op_parallelism_threads: threads }),
    ...(!gpu && { device_count: { GPU: 0 } }),
    gpu_options: { allow_growth: gpuMemoryGrowth },
    allow_soft_placement: true,
    graph_options: {
      ...(xla !== undefined && { optimizer_options: { global_jit_level: xla ? JIT_ON : JIT_OFF } }),
      ...(bfloat16 && { rewrite_options: { auto_mixed_precision_onednn_bfloat16: REWRITER_ON } }),
    },
  });
  return ConfigProto.encode(message).finish();
}
