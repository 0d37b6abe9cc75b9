// A process that replaces a file, PATH, by one version after another until it is killed; it says so once the first is whole.
import { replaceFile } from '../src/write-file.js';

const [path] = process.argv.slice(2) as [string];
const BYTES = 16_000_000; // long enough to be killed in the middle of

for (let version = 1; ; version++) {
  await replaceFile(path, new Uint8Array(BYTES).fill(version));
  if (version === 1) console.log('written');
}
