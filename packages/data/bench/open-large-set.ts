// Run as a process of its own: node open-large-set.ts train.rec keys.json. What opening and random reads cost, as JSON.
import { readFile } from 'node:fs/promises';
import { openRecords } from '../src/index.js';

const [path, keysPath] = process.argv.slice(2);
const keys = JSON.parse(await readFile(keysPath!, 'utf8')) as number[];
const megabytes = () => process.memoryUsage.rss() / 1e6;

const rssBefore = megabytes();
const start = performance.now();
const records = await openRecords(path!);
const seconds = (performance.now() - start) / 1000;
const rssMB = megabytes();

const times: number[] = [];
for (const key of keys) {
  const begun = performance.now();
  await records.read(key);
  times.push(performance.now() - begun);
}
times.sort((a, b) => a - b);
await records.close();
const [medianMs, p99Ms] = [0.5, 0.99].map((share) => times[Math.floor(share * times.length)]!);
console.log(
  JSON.stringify({
    seconds,
    medianMs,
    p99Ms,
    rssMB,
    grownMB: rssMB - rssBefore,
    peakMB: process.resourceUsage().maxRSS / 1e3,
  }),
);
