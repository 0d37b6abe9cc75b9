// Registers the gradients of all tfjs ops, and tensors' methods (x.add(y)): tfjs-core's entry for Node has neither. From the sources it is
// the union package that does it; the build puts in its place the two modules of tfjs-core by which the union does, so that installing this
// package does not install the union.
/* eslint-disable @typescript-eslint/no-require-imports, no-undef */
require('@tensorflow/tfjs');
