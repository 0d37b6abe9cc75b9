// The fast backends against cpu. webgpu's large cases run once, in shaders, and of its long products a few: conformance.slow.test.ts has
// all.
import { readyBackends } from './backends.js';
import { testConformance } from './conformance.js';
import { cases } from './op-cases/all.js';

const [tensorflow, wasm, webgpu] = await readyBackends();
for (const backend of [tensorflow, wasm]) testConformance({ ...backend, cases });
testConformance({ ...webgpu, cases: cases.filter(({ size }) => !size) });
testConformance({
  ...webgpu,
  title: `${webgpu.title}, small tensors in shaders too`,
  inShaders: true,
  cases: cases.filter(({ size }) => size !== 'long'),
});
