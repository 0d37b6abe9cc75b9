// Every op of tfjs over shapes, windows, strides, paddings and dtypes, on cpu; op-sweep.test.ts has a part of it.
import { testSweep } from './sweep/run.js';

await testSweep('cpu');
