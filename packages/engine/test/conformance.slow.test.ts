// webgpu's long products and other large cases, with small tensors in JavaScript and in shaders: a software GPU takes a minute for them.
import { readyBackends } from './backends.js';
import { testConformance } from './conformance.js';
import { cases } from './op-cases/all.js';

const [, , webgpu] = await readyBackends();
const large = cases.filter(({ size }) => size);
testConformance({ ...webgpu, cases: large });
testConformance({
  ...webgpu,
  title: `${webgpu.title}, small tensors in shaders too`,
  inShaders: true,
  cases: large,
});
