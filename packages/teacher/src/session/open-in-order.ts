// The first execution provider that works, and why each one before it does not.

/** onnxruntime's names: the processor, NVIDIA's CUDA and TensorRT, Apple's CoreML, Windows' DirectML, and WebGPU. */
export const PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'coreml', 'dml', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface SkippedProvider {
  provider: Provider;
  reason: string;
}

export interface Opened<S> {
  session: S;
  provider: Provider;
  skipped: SkippedProvider[];
}

/** @throws Error with each provider's own words where none works. */
export async function openInOrder<S>(
  providers: readonly Provider[],
  open: (provider: Provider) => S | Promise<S>,
): Promise<Opened<S>> {
  const skipped: SkippedProvider[] = [];
  for (const provider of providers) {
    try {
      return { session: await open(provider), provider, skipped };
    } catch (error) {
      skipped.push({ provider, reason: reasonOf(error) });
    }
  }
  const [only] = skipped;
  throw new Error(
    skipped.length === 1 ? only!.reason : skipped.map(({ provider, reason }) => `${provider}: ${reason}`).join('; '),
  );
}

/** onnxruntime says for CUDA and TensorRT only that a library could not be loaded, and names its own source's files elsewhere. */
function reasonOf(error: unknown): string {
  const line = String((error as Error).message ?? error)
    .split('\n')[0]!
    .trim();
  if (/Failed to load shared library/.test(line))
    return `its library, or one that this needs, is not installed (${line})`;
  return line.replace(/^\/onnxruntime_src\/\S+ .*? was false\. /, '');
}
