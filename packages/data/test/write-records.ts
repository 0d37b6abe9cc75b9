// Run as a process of its own: node write-records.ts <folder> <images>. Writes numbered images, resumes what it finds, and says what is
// safe.
import { RecordWriter } from '../src/records/record-writer.js';
import { numberedImage, IMAGES_PER_IDENTITY } from './numbered-images.js';

const [folder, count] = process.argv.slice(2);
const writer = await RecordWriter.open({
  folder: folder!,
  resume: true,
  durableEvery: 7,
  onDurable: (done) => process.stdout.write(`${done}\n`),
});
process.stdout.write(`${writer.done}\n`);
for (let i = writer.done; i < Number(count); i++) {
  while (writer.identityCount <= Math.floor(i / IMAGES_PER_IDENTITY)) writer.startIdentity();
  await writer.addImage(numberedImage(i));
}
await writer.close();
