// A process that replaces a safetensors file until it is killed; it says so once the first is whole.
import { writeSafetensors } from '../src/file.js';

const [path] = process.argv.slice(2);
const LENGTH = 4_000_000; // 16 MB: long enough to be killed in the middle of

for (let value = 1; ; value++) {
  const data = new Float32Array(LENGTH).fill(value);
  await writeSafetensors(path!, {
    tensors: new Map([['w', { dtype: 'F32', shape: [LENGTH], data }]]),
    metadata: { value: String(value) },
  });
  if (value === 1) console.log('written');
}
