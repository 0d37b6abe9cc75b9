// How a recorded graph is run: threads, memory, XLA, precision.
import { readFileSync } from 'node:fs';
import { activeTensorFlow, type ActiveTensorFlow } from '../tensorflow/active.js';
import type { SessionConfig } from '../tensorflow/config-proto.js';

export interface SessionOptions {
  /** Threads TensorFlow computes with; default: the engine's. */
  threads?: number;
  /** true: GPU memory is taken as it is needed; false: all of it at once. */
  gpuMemoryGrowth?: boolean;
  /** Compiles the graph with XLA; default: on CUDA, where it pays, and not on a CPU, where it was measured slower. */
  xla?: boolean;
  /**
   * bfloat16: products and convolutions in bfloat16, parameters and updates in float32; auto: bfloat16 where the CPU computes in it,
   * float32 on a GPU. Never for g at evaluation or inversion: an inverse loses digits to it.
   */
  precision?: 'float32' | 'bfloat16' | 'auto';
}

export function sessionConfig(options: SessionOptions, active: ActiveTensorFlow): SessionConfig {
  const { config, binding } = active;
  const { threads = config.threads, gpuMemoryGrowth = true, xla = binding.device === 'cuda' } = options;
  const bfloat16 = binding.device === 'cpu' && precisionOf(options, active) === 'bfloat16';
  return { ...(threads !== undefined && { threads }), gpu: config.gpu, gpuMemoryGrowth, xla, bfloat16 };
}

/** What a step recorded with these options computes its products in; float32 where the current backend cannot record. */
export function precisionOf(
  { precision = 'float32' }: SessionOptions,
  active = activeTensorFlow(),
): 'float32' | 'bfloat16' {
  if (!active || precision === 'float32') return 'float32';
  return precision === 'bfloat16' || (active.binding.device === 'cpu' && computesInBfloat16()) ? 'bfloat16' : 'float32';
}

/** What the graph itself says of its products: TensorFlow's own rewriter to bfloat16, which spares more casts, is for CPUs. */
export function productsOf(options: SessionOptions, active: ActiveTensorFlow): 'float32' | 'bfloat16' {
  return active.binding.device === 'cpu' ? 'float32' : precisionOf(options, active);
}

/** The same without what changes results: what a recorded graph is verified with. */
export function exactConfig(config: SessionConfig): SessionConfig {
  return { ...config, xla: false, bfloat16: false };
}

/** Whether this CPU has instructions for bfloat16 (AVX512-BF16 or AMX); where that cannot be read, no. */
export function computesInBfloat16(): boolean {
  try {
    return /\b(avx512_bf16|amx_bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return false;
  }
}
