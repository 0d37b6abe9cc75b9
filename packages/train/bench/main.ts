// What the trainer costs over bare recorded steps (trainer.overhead), and how many times as fast as the loop of the authors' notebook an
// epoch of it is (epoch.speedupOverNotebookLoop): medians over rounds in turn, in wall and in CPU time. Prints one line of JSON.
// --steps 200 and --rounds 5 for the first, --loop-steps 2 and --loop-rounds 3 for the second; --tiny tries it out on small networks.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { initEngine } from '@lin/engine';
import { loadConfig } from '../../app/src/config/load.js';
import { SAMPLE_CONFIG } from '../../app/src/config/workspace.js';
import { measureNotebookLoop } from './notebook-loop.js';
import { measureOverhead } from './trainer-overhead.js';

const { values } = parseArgs({
  options: {
    steps: { type: 'string' },
    rounds: { type: 'string' },
    'loop-steps': { type: 'string' },
    'loop-rounds': { type: 'string' },
    tiny: { type: 'boolean', default: false },
  },
});
const count = (name: 'steps' | 'rounds' | 'loop-steps' | 'loop-rounds', usual: number, tiny: number) =>
  Number(values[name] ?? (values.tiny ? tiny : usual));

const TINY = [
  'linearizer.latent_dim=8',
  'linearizer.num_blocks=1',
  'linearizer.hidden_dim=8',
  'linearizer.num_layers=2',
  'linearizer.batch_size=4',
  'linearizer.image_flow={ blocks: [1, 0, 0], widths: [4, 4, 4] }',
];
const set = values.tiny ? TINY : [];
const sample = await loadConfig({ path: SAMPLE_CONFIG, set });
const notebook = await loadConfig({ path: join(SAMPLE_CONFIG, '../notebook.yaml'), set });

const engine = await initEngine({ backend: 'tensorflow' });
const folder = await mkdtemp(join(tmpdir(), 'lin-train-bench-'));
try {
  const trainer = await measureOverhead({
    folder,
    config: sample,
    steps: count('steps', 200, 4),
    rounds: count('rounds', 5, 1),
  });
  console.error(
    `trainer over bare recorded steps of ${trainer.batchSize} images (${(1000 * trainer.secondsPerStep).toFixed(1)} ms): ` +
      `${trainer.overheadWall.toFixed(3)} in wall, ${trainer.overheadCpu.toFixed(3)} in CPU time`,
  );
  const epoch = await measureNotebookLoop({
    folder,
    config: notebook,
    network: values.tiny ? 'iresnet-narrow' : 'iresnet50',
    steps: count('loop-steps', 2, 1),
    rounds: count('loop-rounds', 3, 1),
  });
  console.error(
    `an image of an epoch: ${(1000 * epoch.secondsPerImage).toFixed(1)} ms, by the notebook's loop ` +
      `${(1000 * epoch.notebookSecondsPerImage).toFixed(1)} ms: ${epoch.speedupOverNotebookLoop.toFixed(1)} times as fast ` +
      `(${epoch.speedupInCpuTime.toFixed(1)} times in CPU time); the teacher's embedding took ` +
      `${(1000 * epoch.embeddingSecondsPerImage).toFixed(1)} ms an image, once`,
  );
  const result = { bench: 'train', threads: engine.threads, node: process.version, trainer, epoch };
  console.log(
    JSON.stringify(result, (_, value: unknown) =>
      typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value,
    ),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(0); // without taking the graphs apart first
