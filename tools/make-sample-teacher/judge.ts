// How well a teacher tells apart people that it has never seen: LFW's ten-fold protocol on pairs of drawn faces.
import { batches, drawPairs, type RecordSet } from '@lin/data';
import type { Teacher } from '@lin/teacher';
import { verifyPairs } from '@lin/verification';

export interface Judgement {
  identities: number;
  pairs: number;
  /** Mean and standard deviation over the folds. */
  accuracy: number;
  accuracyStd: number;
  areaUnderCurve: number;
  equalErrorRate: number;
}

const FOLDS = 10;
const PAIRS_PER_FOLD = 300; // of either kind, as LFW has

export async function judge(teacher: Teacher, faces: RecordSet): Promise<Judgement> {
  const rows = new Map<number, Float32Array>();
  for await (const { images, keys } of batches(faces, { batchSize: teacher.batchSize })) {
    const embeddings = await teacher.embed(images);
    keys.forEach((key, i) =>
      rows.set(key, embeddings.slice(i * teacher.embeddingSize, (i + 1) * teacher.embeddingSize)),
    );
  }
  const pairs = drawPairs(faces, { folds: FOLDS, pairsPerFold: PAIRS_PER_FOLD });
  const embeddings = new Float32Array(pairs.length * 2 * teacher.embeddingSize);
  pairs
    .flatMap(({ first, second }) => [first, second])
    .forEach((key, i) => embeddings.set(rows.get(key)!, i * teacher.embeddingSize));
  const { accuracy, areaUnderCurve, equalError } = verifyPairs({ embeddings, same: pairs.map(({ same }) => same) });
  return {
    identities: faces.identityCount,
    pairs: pairs.length,
    accuracy: accuracy.mean,
    accuracyStd: accuracy.std,
    areaUnderCurve,
    equalErrorRate: equalError.rate,
  };
}
