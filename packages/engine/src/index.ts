export { initEngine, type Engine, type EngineOptions } from './engine.js';
export { diagnose, type Diagnosis } from './diagnose.js';
export { EngineError, TensorFlowError } from './errors.js';
export { findLibTensorFlow, type LibTensorFlow } from './libtensorflow/find.js';
export { installLibTensorFlow, TENSORFLOW_VERSION, type InstallOptions } from './libtensorflow/install.js';
export { cacheFolder } from './libtensorflow/cache-folder.js';
