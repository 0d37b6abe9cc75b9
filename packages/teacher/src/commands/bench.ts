// lin-teacher bench <model>
import { availableParallelism } from 'node:os';
import { measureEmbedding } from '../recognition/measure-embedding.js';
import { loadTeacher } from '../recognition/teacher.js';
import { countsOf, type Command } from './command.js';
import { PROVIDERS_HELP, providersOf, sayWhatIsOdd } from './providers.js';

export const benchCommand: Command = {
  synopsis: 'bench <model>',
  summary: 'how many images a second a pack or model embeds here',
  help: `Runs noise through a pack's recogniser (buffalo_l), an .onnx file, or Lin's own (sample), and prints one JSON object: images a second, and how late
timers of the calling thread were at most.

  --batch <n>          images of one run (default: 32)
  --runs <n>           runs that are measured, after one to warm up (default: 8)
  --sessions <n>       copies of the model (default: 1)
  --threads <n>        threads of each copy (default: the machine's cores, shared out)
  --providers <list>   ${PROVIDERS_HELP}
`,
  options: {
    batch: { type: 'string' },
    runs: { type: 'string' },
    sessions: { type: 'string' },
    threads: { type: 'string' },
    providers: { type: 'string' },
  },
  operands: 1,
  async run([model], values) {
    const { batch, runs = 8 } = countsOf(values, { batch: 'batch', runs: 'runs' });
    const options = countsOf(values, { batch: 'batchSize', sessions: 'sessions', threads: 'threads' });
    const teacher = await loadTeacher({ model: model!, ...options, ...providersOf(values) });
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
