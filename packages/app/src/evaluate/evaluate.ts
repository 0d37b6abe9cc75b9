// The figures of a model on the held-out identities.
import { isInvertible } from '@lin/linearizer';
import { distillationInputs, meanOfEmbeddings, scoreEmbeddings, scoreInverse } from '@lin/train';
import { note } from '../terminal/console.js';
import type { RunSummary } from '../run/summary.js';
import type { Run } from '../run/run.js';
import { verifyModels } from './verification.js';

/** Rows that the mean training embedding is taken from, evenly spaced: its error is below 1/√rows of the embeddings' spread. */
const MEAN_ROWS = 20_000;

export async function evaluateModel(run: Run): Promise<Pick<RunSummary, 'test' | 'inverse' | 'verification'>> {
  const { model } = run;
  const test = await scoreEmbeddings({
    model,
    batches: run.testBatches(),
    inputs: distillationInputs(model.gx.imageShape),
    meanEmbedding: await meanTrainingEmbedding(run),
  });
  note(
    `Test     cosine ${test.cosine.toFixed(4)} on held-out identities (mean embedding ${test.cosineOfMeanEmbedding.toFixed(4)}), MSE ${test.mse.toExponential(3)} (zero ${test.mseOfZero.toExponential(3)})`,
  );
  const inverse = isInvertible(model.gx) ? await scoreInverse(model.gx, run.testBatches()) : null;
  if (inverse) {
    note(
      `Inverse  ${(100 * inverse.exactBytes).toFixed(4)} % of the test images' bytes exact, largest pixel error ${inverse.maxError.toExponential(2)}, gain of the inverse (p99) ${inverse.gainP99.toFixed(2)}`,
    );
  }
  return { test, inverse, verification: await verifyModels(run) };
}

async function meanTrainingEmbedding({ dataset: { records, split, skipped }, embeddings }: Run): Promise<Float32Array> {
  const every = Math.ceil(split.train.length / MEAN_ROWS);
  const keys = split.train.filter((key, i) => i % every === 0 && !skipped.has(key));
  return meanOfEmbeddings(await embeddings.rows(records.positionsOf(keys)), embeddings.embeddingSize);
}
