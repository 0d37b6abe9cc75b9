// Run as a process of its own: node draw-sample.ts <folder> [die after so many images]
import { ensureSampleSet } from '../src/sample-faces/sample-set.js';

const [folder, dieAfter] = process.argv.slice(2);
await ensureSampleSet(folder!, {
  identities: 6,
  imagesPerIdentity: 5,
  onProgress: ({ images }) => {
    if (images === Number(dieAfter)) process.kill(process.pid, 'SIGKILL');
  },
});
