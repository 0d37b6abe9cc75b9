// Makes packages/teacher/models/sample-teacher.onnx: draws faces, trains, folds, writes, and judges on people it has never seen.
// npx tsx --conditions=@lin/source tools/make-sample-teacher/main.ts [FILE.onnx] [FOLDER of the drawn faces]; about 20 minutes on two
// cores.
import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initEngine } from '@lin/engine';
import { loadTeacher } from '@lin/teacher';
import { encodeModel } from '../../packages/teacher/src/onnx/schema.js';
import { APP_FACES, openFaces, TRAINING_FACES, UNSEEN_FACES } from './faces.js';
import { judge } from './judge.js';
import { onnxModel } from './onnx-layers.js';
import { populationStatistics } from './population-statistics.js';
import { trainNetwork } from './train.js';

const SEED = 1;
const TRAINING = { epochs: 4, batchSize: 128, learningRate: 2e-3, scale: 32, margin: 0.3, seed: SEED };
/** What it is for: fewer right pairs than this, and the file is not to be published. */
const LEAST_ACCURACY = 0.97;

const say = (line: string) => process.stdout.write(`${line}\n`);
const [
  path = fileURLToPath(new URL('../../packages/teacher/models/sample-teacher.onnx', import.meta.url)),
  folder = await mkdtemp(join(tmpdir(), 'lin-sample-teacher-')),
] = process.argv.slice(2);

say((await initEngine({ backend: 'tensorflow', cuda: false })).reason);
say(`drawing ${TRAINING_FACES.identities * TRAINING_FACES.imagesPerIdentity} faces`);
const faces = await openFaces(folder, TRAINING_FACES);
const layers = await trainNetwork(faces, {
  ...TRAINING,
  onProgress: ({ step, steps, loss, imagesPerSecond }) =>
    say(`step ${step}/${steps}  loss ${loss.toFixed(3)}  ${imagesPerSecond.toFixed(0)} images/s`),
});
const statistics = await populationStatistics(layers, faces, SEED);
await faces.close();
const parameters = new Map(
  [...layers.variables].map(([name, variable]) => [name, variable.dataSync() as Float32Array]),
);
const bytes = encodeModel(onnxModel(parameters, statistics));
await writeFile(path, bytes);
say(`${path}: ${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`);

const teacher = await loadTeacher({ model: path });
for (const [name, set] of Object.entries({ 'people never seen': UNSEEN_FACES, "the app's sample set": APP_FACES })) {
  const people = await openFaces(folder, set);
  const { pairs, identities, accuracy, accuracyStd, areaUnderCurve, equalErrorRate } = await judge(teacher, people);
  await people.close();
  say(
    `${name}: ${pairs} pairs of ${identities} identities: accuracy ${(100 * accuracy).toFixed(2)} ± ` +
      `${(100 * accuracyStd).toFixed(2)} %, AUC ${areaUnderCurve.toFixed(4)}, ` +
      `EER ${(100 * equalErrorRate).toFixed(2)} %`,
  );
  if (accuracy < LEAST_ACCURACY) process.exitCode = 1;
}
await teacher.close();
