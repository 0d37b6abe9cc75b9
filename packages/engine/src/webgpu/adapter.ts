// A GPU of any vendor, which WebGPU calls an adapter, by way of Dawn: Chrome's WebGPU, in the npm package `webgpu`, over Vulkan, Metal or
// Direct3D 12.
import { EngineError } from '../errors.js';
import { stderrAside } from '../stderr-aside.js';

export interface Adapter {
  /** `nvidia`, `amd`, `intel`, `apple`, … */
  vendor: string;
  /** `ampere`, `rdna-2`, `gen-9`, … */
  architecture: string;
  device: string;
  /** Of the driver. */
  description: string;
  api: 'Vulkan' | 'Metal' | 'Direct3D 12';
  /** Computes on the CPU: SwiftShader, lavapipe, WARP. */
  isSoftware: boolean;
}

export interface OpenAdapter {
  /** To be held for as long as its devices are: Dawn ends the process where it is collected before them. */
  gpu: GPU;
  gpuAdapter: GPUAdapter;
  adapter: Adapter;
}

type Dawn = typeof import('webgpu');

/** This machine's adapter, the fastest where it has several. @throws EngineError, with what Dawn says, where no adapter is found. */
export async function openAdapter({ create, globals }: Dawn): Promise<OpenAdapter> {
  defineMissing(globals);
  const [backend, api] = APIS[process.platform] ?? ['vulkan', 'Vulkan'];
  let said = '';
  const { gpu, request } = stderrAside(
    () => {
      const gpu = create([`backend=${backend}`]);
      return { gpu, request: gpu.requestAdapter({ powerPreference: 'high-performance' }) };
    },
    (text) => (said = text),
  );
  const gpuAdapter = await request.catch((error: Error) => {
    said += error.message;
  });
  if (!gpuAdapter) throw noAdapter(api, said);
  const { vendor, architecture, device, description, isFallbackAdapter } = gpuAdapter.info;
  return {
    gpu,
    gpuAdapter,
    adapter: { vendor, architecture, device, description, api, isSoftware: isFallbackAdapter },
  };
}

const APIS: Partial<Record<NodeJS.Platform, [backend: string, api: Adapter['api']]>> = {
  win32: ['d3d12', 'Direct3D 12'],
  darwin: ['metal', 'Metal'],
};

/** In one line: `nvidia-h100-80gb-hbm3 (nvidia, hopper, NVIDIA: 550.54.15, Vulkan)`; what Dawn does not know is left out. */
export function nameOf({ vendor, architecture, device, description, api }: Adapter): string {
  return `${device.replace(/-+$/, '') || 'a GPU'} (${[vendor, architecture, description, api].filter(Boolean).join(', ')})`;
}

/** WebGPU's classes and flags, which tfjs expects to be global as they are in a browser. */
function defineMissing(globals: object): void {
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

function noAdapter(api: Adapter['api'], said: string): EngineError {
  const lines = said.split('\n').filter((line) => /^\S/.test(line)); // the indented ones say where in Dawn's sources
  const reason = (lines.find((line) => /^(Warning|Error): /.test(line)) ?? lines[0])?.trim().replace(/\.$/, '');
  const check =
    api === 'Vulkan'
      ? "check the GPU's Vulkan driver (vulkaninfo --summary) and, where it is set, VK_ICD_FILENAMES"
      : "check the GPU's driver";
  return new EngineError(`The webgpu backend finds no ${api} adapter${reason ? ` (Dawn: ${reason})` : ''}; ${check}.`);
}
