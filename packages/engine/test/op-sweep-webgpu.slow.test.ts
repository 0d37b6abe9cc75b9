// Every op of tfjs over shapes, windows, strides, paddings and dtypes, on webgpu; op-sweep.test.ts has a part of it.
import { testSweep } from './sweep/run.js';

/** A GPU that a CPU plays compiles new shaders for most of the 5,256 windows, which takes it more than half an hour. */
const ONE_WINDOW_IN = 5;
await testSweep('webgpu', ({ index, family }) => family !== 'convolutions and pools' || index % ONE_WINDOW_IN === 0);
