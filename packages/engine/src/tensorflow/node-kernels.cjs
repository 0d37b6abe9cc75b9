// tfjs-node-gpu's JavaScript kernels, which need none of its native half. The build bundles them into dist/node-kernels.cjs: installing
// that package would run a script that downloads TensorFlow 2.9.
/* eslint-disable @typescript-eslint/no-require-imports, no-undef */
exports.backendClass = () => require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js').NodeJSKernelBackend;
exports.registerAllKernels = () => require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
