// npm run fuzz -w @lin/data -- --count 100000 --seed 1: so many damaged files over all targets, read until one is answered wrongly.
// One file again: --target rec --seed 1 --first 1234 --count 1.
import { parseArgs } from 'node:util';
import { runTarget } from '../../../tools/fuzz/run.js';
import { TARGETS } from './targets.js';

const PROGRESS = 5000;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    target: { type: 'string' },
  },
});
const targets = TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
if (targets.length === 0) {
  console.error(`There is no target ${values.target}; there are ${TARGETS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const count = Math.ceil(Number(values.count) / targets.length);
for (const target of targets) {
  const start = performance.now();
  const onProgress = (done: number) => {
    if (done % PROGRESS === 0) console.error(`${target.name}: ${done} of ${count}`);
  };
  const { read, refused } = await runTarget(target, {
    seed: Number(values.seed),
    first: Number(values.first),
    count,
    onProgress,
  });
  const seconds = (performance.now() - start) / 1000;
  const memory = Math.round(process.resourceUsage().maxRSS / 1000);
  console.log(
    `${target.name}: ${count} files in ${seconds.toFixed(1)} s, ${read} read, ${refused} refused, ` +
      `none answered wrongly; at most ${memory} MB`,
  );
}
