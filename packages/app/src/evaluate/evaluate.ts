// The figures of a model on the held-out identities.
import { isInvertible } from '@lin/linearizer';
import { distillationInputs, meanOfEmbeddings, scoreEmbeddings, scoreInverse, type LoadedCheckpoint } from '@lin/train';
import { note } from '../terminal/console.js';
import type { RunSummary } from '../run/summary.js';
import type { Run } from '../run/run.js';
import { verifyModels } from './verification.js';

/** Rows that the mean training embedding is taken from, evenly spaced: its error is below 1/√rows of the embeddings' spread. */
const MEAN_ROWS = 20_000;

type Evaluation = Pick<RunSummary, 'test' | 'testAsTrained' | 'inverse' | 'verification'>;

/**
 * Of the model as it is; where it is `checkpoint`'s, and that is a moving average, the cosine of the parameters themselves, too.
 * @param checkpoint Left out where the model was changed since it was loaded.
 */
export async function evaluateModel(run: Run, checkpoint?: LoadedCheckpoint): Promise<Evaluation> {
  const { model } = run;
  const meanEmbedding = await meanTrainingEmbedding(run);
  const inputs = distillationInputs(model.gx.imageShape);
  const score = () => scoreEmbeddings({ model, batches: run.testBatches(), inputs, meanEmbedding });
  const test = await score();
  note(
    `Test     cosine ${test.cosine.toFixed(4)} on held-out identities (mean embedding ` +
      `${test.cosineOfMeanEmbedding.toFixed(4)}), MSE ${test.mse.toExponential(3)} (zero ` +
      `${test.mseOfZero.toExponential(3)})`,
  );
  const testAsTrained = checkpoint && run.weights === 'averaged' ? await asTrained(run, checkpoint, score) : undefined;
  if (testAsTrained) note(`Test     cosine ${testAsTrained.cosine.toFixed(4)} of the weights that were averaged`);
  const inverse = isInvertible(model.gx) ? await scoreInverse(model.gx, run.testBatches()) : null;
  if (inverse) {
    note(
      `Inverse  ${(100 * inverse.exactBytes).toFixed(4)} % of the test images' bytes exact, ` +
        `largest pixel error ${inverse.maxError.toExponential(2)}, gain of the inverse (p99) ` +
        `${inverse.gainP99.toFixed(2)}`,
    );
  }
  return { test, ...(testAsTrained && { testAsTrained }), inverse, verification: await verifyModels(run) };
}

/** With the parameters that were trained in the place of their averages, for as long as it takes. */
async function asTrained<T>(run: Run, checkpoint: LoadedCheckpoint, measure: () => Promise<T>): Promise<T> {
  await run.loadWeights(checkpoint, 'trained');
  try {
    return await measure();
  } finally {
    await run.loadWeights(checkpoint, run.weights);
  }
}

async function meanTrainingEmbedding({ dataset: { records, split, skipped }, embeddings }: Run): Promise<Float32Array> {
  const every = Math.ceil(split.train.length / MEAN_ROWS);
  const keys = split.train.filter((key, i) => i % every === 0 && !skipped.has(key));
  return meanOfEmbeddings(await embeddings.rows(records.positionsOf(keys)), embeddings.embeddingSize);
}
