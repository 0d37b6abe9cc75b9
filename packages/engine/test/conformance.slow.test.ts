// All of webgpu's cases as they come, small tensors in JavaScript; and the long products and other large ones in shaders too: a software
// GPU takes minutes for them.
import { readyBackends } from './backends.js';
import { testConformance } from './conformance.js';
import { cases } from './op-cases/all.js';

const [, , webgpu] = await readyBackends();
testConformance({ ...webgpu, cases });
testConformance({
  ...webgpu,
  title: `${webgpu.title}, small tensors in shaders too`,
  inShaders: true,
  cases: cases.filter(({ size }) => size),
});
