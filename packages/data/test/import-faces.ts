// Run as a process of its own, to be killed: node import-faces.ts <folder> <output>. A line for each number of images that it reports as
// done.
import { importFolder } from '../src/making/import-folder.js';

const [folder, output] = process.argv.slice(2);
await importFolder({ folder: folder!, output: output!, durableEvery: 5, onProgress: ({ done }) => console.log(done) });
