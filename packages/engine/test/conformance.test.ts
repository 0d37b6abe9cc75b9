// The fast backends against cpu. webgpu's cases run in shaders, of its long products a few; and as they come, where most are computed in
// JavaScript, by their values alone: conformance.slow.test.ts has all. A software GPU takes 30 to 1,000 ms to compile a shader, so those
// that the second round meets are there from the first.
import { readyBackends } from './backends.js';
import { testConformance } from './conformance.js';
import type { OpCase } from './op-case.js';
import { cases } from './op-cases/all.js';

const byValues = (opCase: OpCase): OpCase => ({ ...opCase, differentiable: false });

const [tensorflow, wasm, webgpu] = await readyBackends();
for (const backend of [tensorflow, wasm]) testConformance({ ...backend, cases });
testConformance({
  ...webgpu,
  title: `${webgpu.title}, small tensors in shaders too`,
  inShaders: true,
  cases: cases
    .filter(({ size }) => size !== 'longer')
    .map((opCase) => (opCase.size === 'long' ? byValues(opCase) : opCase)),
});
testConformance({ ...webgpu, cases: cases.filter(({ size }) => !size).map(byValues) });
