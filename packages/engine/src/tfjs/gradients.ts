// The gradients of tfjs's ops, which every backend of the engine needs: tfjs's own, and then those that it gets wrong.
import { createRequire } from 'node:module';
import { correctGradients } from '../kernels/gradients.js';
import { freeSavedTensorsOfFailures } from './saved-tensors.js';

const require = createRequire(import.meta.url);

export function registerGradients(): void {
  require('./register-gradients.cjs'); // beside this file, and beside the bundle
  correctGradients();
  freeSavedTensorsOfFailures();
}
