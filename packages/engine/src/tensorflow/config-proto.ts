// The few fields of TensorFlow's configuration messages that the engine sets (config.proto, rewriter_config.proto, cluster.proto and
// tensorflow_server.proto in tensorflow/core/protobuf).
import protobuf from 'protobufjs';

const { root } = protobuf.parse(
  `
    syntax = "proto3";
    message GpuOptions { bool allow_growth = 4; }
    message OptimizerOptions { int32 global_jit_level = 5; }
    message RewriterConfig { int32 auto_mixed_precision_onednn_bfloat16 = 31; }
    message GraphOptions { OptimizerOptions optimizer_options = 3; RewriterConfig rewrite_options = 10; }
    message ConfigProto {
      map<string, int32> device_count = 1; int32 intra_op_parallelism_threads = 2; int32 inter_op_parallelism_threads = 5;
      repeated string device_filters = 4; GpuOptions gpu_options = 6; bool allow_soft_placement = 7;
      GraphOptions graph_options = 10; bool isolate_session_state = 15; Experimental experimental = 16;
    }
    message Experimental { string collective_group_leader = 1; bool collective_nccl = 7; }
    message JobDef { string name = 1; map<int32, string> tasks = 2; }
    message ClusterDef { repeated JobDef job = 1; }
    message ServerDef {
      ClusterDef cluster = 1; string job_name = 2; int32 task_index = 3; ConfigProto default_session_config = 4; string protocol = 5;
    }
    message RunOptions { int64 timeout_in_ms = 2; }
  `,
  { keepCase: true },
);

const encoded = (name: string, value: object): Uint8Array => {
  const type = root.lookupType(name);
  return type.encode(type.fromObject(value)).finish();
};

/** Which of the processes that train together this is. */
export interface ClusterPlace {
  /** `host:port` of every worker's server, the same list in every process. */
  workers: readonly string[];
  /** Which of them this process is, from 0. */
  index: number;
}

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
  /** Of a session on the server of this worker. */
  cluster?: ClusterPlace;
}

const JIT_OFF = -1;
const JIT_ON = 1;
const REWRITER_ON = 1;

/** Serialises `config`. */
export const configProto = (config: SessionConfig): Uint8Array => encoded('ConfigProto', configObject(config));

/** The ServerDef of one worker. The leader of the collectives is read from here, not from the sessions' config: left out, all hang. */
export const serverDef = (config: SessionConfig, cluster: ClusterPlace): Uint8Array =>
  encoded('ServerDef', {
    cluster: { job: [{ name: 'worker', tasks: Object.fromEntries(cluster.workers.entries()) }] },
    job_name: 'worker',
    task_index: cluster.index,
    default_session_config: configObject({ ...config, cluster }),
    protocol: 'grpc',
  });

/** RunOptions of a run that ends with an error after so long. */
export const runOptionsWithin = (seconds: number): Uint8Array =>
  encoded('RunOptions', { timeout_in_ms: Math.ceil(seconds * 1000) });

function configObject({ threads, gpu, gpuMemoryGrowth = true, xla, bfloat16 = false, cluster }: SessionConfig) {
  return {
    ...(threads !== undefined && { intra_op_parallelism_threads: threads, inter_op_parallelism_threads: threads }),
    ...(!gpu && { device_count: { GPU: 0 } }),
    gpu_options: { allow_growth: gpuMemoryGrowth },
    allow_soft_placement: true,
    graph_options: {
      ...(xla !== undefined && { optimizer_options: { global_jit_level: xla ? JIT_ON : JIT_OFF } }),
      ...(bfloat16 && { rewrite_options: { auto_mixed_precision_onednn_bfloat16: REWRITER_ON } }),
    },
    ...(cluster && {
      device_filters: [`/job:worker/task:${cluster.index}`], // else a session waits for all workers
      isolate_session_state: true, // else all sessions of the server share variables by name
      experimental: { collective_group_leader: '/job:worker/replica:0/task:0', collective_nccl: gpu },
    }),
  };
}
