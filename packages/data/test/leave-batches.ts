// Run as a process of its own: node leave-batches.ts <records> <how>. Leaves an epoch in one way or another; the process must then end by
// itself.
import { batches } from '../src/batches/batches.js';
import { openRecords } from '../src/records/open-records.js';

const [path, how] = process.argv.slice(2);
const records = await openRecords(path!);
const epoch = batches(
  records,
  how === 'unused' ? { batchSize: 2, workers: 4 } : { batchSize: 4, workers: 2, prefetch: 3 },
);
if (how === 'abandon') {
  await epoch.next();
} else if (how === 'return') {
  await epoch.next();
  await epoch.return();
} else {
  try {
    for await (const { size } of epoch) {
      if (size === 0 || how === 'break' || how === 'unused') break;
      if (how === 'throw') throw new Error('the consumer’s own');
    }
  } catch (error) {
    console.log((error as Error).message);
  }
}
if (how !== 'abandon') await records.close();
console.log('left');
