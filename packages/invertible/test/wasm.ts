// The wasm backend is a dependency of @lin/engine, hoisted to the workspace: @lin/invertible itself does without any backend.
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';

export function registerWasm(): void {
  const workspace = createRequire(import.meta.url);
  const { setWasmPaths } = workspace('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  setWasmPaths(dirname(workspace.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
}
