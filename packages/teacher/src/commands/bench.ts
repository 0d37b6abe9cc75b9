// lin-teacher bench <model>
import { availableParallelism } from 'node:os';
import { numbersOf, type Command } from '@lin/command-line';
import { measureEmbedding } from '../recognition/measure-embedding.js';
import { loadTeacher } from '../recognition/load-teacher.js';
import { RECOGNISER_OPTIONS, recogniserOptionsOf } from './recogniser-options.js';
import { COUNT, PROVIDERS, providersOf, sayWhatIsOdd } from './providers.js';

export const benchCommand: Command = {
  name: 'bench',
  operands: ['<model>'],
  summary: 'how many images a second a pack or model embeds here',
  help: `Runs noise through a pack's recogniser (buffalo_l), an .onnx file, or Lin's own (sample), and prints one JSON
object: images a second, and how late timers of the calling thread were at most.`,
  options: {
    batch: { type: 'string', value: '<n>', description: 'images of one run (default: 32)' },
    runs: { type: 'string', value: '<n>', description: 'runs that are measured, after one to warm up (default: 8)' },
    sessions: { type: 'string', value: '<n>', description: 'copies of the model (default: 1)' },
    threads: {
      type: 'string',
      value: '<n>',
      description: "threads of each copy (default: the machine's cores, shared out)",
    },
    ...RECOGNISER_OPTIONS,
    providers: PROVIDERS,
  },
  async run([model], values) {
    const { batch, runs = 8 } = numbersOf(values, { batch: 'batch', runs: 'runs' }, COUNT);
    const options = numbersOf(values, { batch: 'batchSize', sessions: 'sessions', threads: 'threads' }, COUNT);
    const teacher = await loadTeacher({
      model: model!,
      ...options,
      ...recogniserOptionsOf(values),
      ...providersOf(values),
    });
    try {
      sayWhatIsOdd(teacher);
      const { imagesPerSecond, maxSlipMs } = await measureEmbedding(teacher, {
        runs,
        ...(batch !== undefined && { batch }),
      });
      const { name, sha256, provider, batchSize, embeddingSize } = teacher;
      const round = (value: number) => Math.round(value * 100) / 100;
      console.log(
        JSON.stringify({
          model: name,
          sha256,
          provider,
          batch: batchSize,
          embeddingSize,
          cores: availableParallelism(),
          imgPerS: round(imagesPerSecond),
          maxSlipMs: round(maxSlipMs),
        }),
      );
      return 0;
    } finally {
      await teacher.close();
    }
  },
};
