// A process that takes a lock: lock-holder.ts LOCK LOG [hang]: writes "in PID" and "out PID" lines to LOG, or hangs while it holds the
// lock.
import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../src/lock.js';

const [lock, log, hang] = process.argv.slice(2) as [string, string, string | undefined];

await withLock(lock, async () => {
  await appendFile(log, `in ${process.pid}\n`);
  await sleep(hang ? 60_000 : 30);
  await appendFile(log, `out ${process.pid}\n`);
});
