export { registerWasm } from '../../invertible/test/wasm.js';
