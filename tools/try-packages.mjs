// The published packages as a stranger meets them: packed, installed by npm into an empty folder, and used from plain JavaScript.
// Needs `nx run-many -t build`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lin-packages-'));
// onnxruntime-node's script would fetch its CUDA half, which docs/teacher.md tells how to leave out.
const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
const run = (command, args, cwd) => execFileSync(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });

const USE = `
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { initEngine } from '@lin/engine';
import { ImageFlow, VectorFlow, verifyInverse } from '@lin/invertible';
import { DenseOperator, svd } from '@lin/operator';
import { singularValueCurve } from '@lin/figures';
import { Linearizer } from '@lin/linearizer';
import { readSafetensors } from '@lin/safetensors/file';
import { batches, ensureSampleSet, openRecords } from '@lin/data';
import { loadTeacher } from '@lin/teacher';
import align from '@lin/teacher/align';
import { imagesToTensor, l2Normalise } from '@lin/train';

console.log((await initEngine()).reason);
await ensureSampleSet('sample', { identities: 4, imagesPerIdentity: 4 });
const records = await openRecords('sample');
const { value: batch } = await batches(records, { batchSize: 16 }).next();
const teacher = await loadTeacher({ model: 'sample' });
const embeddings = await teacher.embed(batch.images);
assert.equal(embeddings.length, 16 * 512);
const x = imagesToTensor(batch.images, [16, 112, 112, 3]);
const coreFlow = { numBlocks: 1, hiddenDim: 8 };
const gx = new ImageFlow({ imageShape: [112, 112, 3], latentDim: 8, numBlocks: [1, 0, 0], hiddenDim: [4, 4, 4], coreFlow });
gx.initialize(x);
const A = new DenseOperator({ inputDim: 8, outputDim: 512 });
const model = new Linearizer({ gx, A, gy: new VectorFlow({ dim: 512, numBlocks: 1, hiddenDim: 8 }) });
await model.save('model.safetensors');
await model.load('model.safetensors');
assert.deepEqual((await readSafetensors('model.safetensors')).tensors.get('A.matrix').shape, [512, 8]);
const lengths = tf.norm(l2Normalise(model.apply(x)), 'euclidean', 1).dataSync();
assert.ok(lengths.every((length) => Math.abs(length - 1) < 1e-4));
assert.equal(verifyInverse(gx, x).exactBytes, 1);
const weights = tf.variable(tf.ones([2, 1]));
const { value } = tf.variableGrads(() => tf.matMul([[1, 2]], weights).square().asScalar()); // the gradients, and tensors' methods
assert.equal(value.dataSync()[0], 9);
const { s: values } = svd(await model.A.toMatrix());
assert.equal(values.length, 8);
assert.equal(singularValueCurve([{ name: 'A', values }]).png[1], 0x50); // the P of a PNG's signature
assert.equal(typeof align, 'function');
await teacher.close();
await records.close();
console.log('every package works from its tarball');
`;

try {
  const manifests = readdirSync(join(root, 'packages')).map((name) => ({
    directory: join(root, 'packages', name),
    ...JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')),
  }));
  const published = manifests.filter((manifest) => !manifest.private);
  for (const { directory } of published)
    run('npm', ['pack', '--silent', '--pack-destination', folder, directory], root);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
  // As an npm that runs install scripts: npm 10 as it comes, npm 11 where the user allows all. A package beside says whether it did.
  writeFileSync(join(folder, '.npmrc'), 'ignore-scripts=false\ndangerously-allow-all-scripts=true\n');
  const probe = join(folder, 'probe');
  mkdirSync(probe);
  const scripts = { postinstall: `node -e "require('fs').writeFileSync('ran', '')"` };
  writeFileSync(join(probe, 'package.json'), JSON.stringify({ name: 'probe', version: '1.0.0', scripts }));
  run('npm', ['pack', '--silent', '--pack-destination', folder, probe], folder);
  const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  run(
    'npm',
    [
      'install',
      '--silent',
      '--no-audit',
      '--no-fund',
      '@tensorflow/tfjs-core@4.22.0',
      ...tarballs.map((file) => `./${file}`),
    ],
    folder,
  );
  assert.ok(existsSync(join(folder, 'node_modules/probe/ran')), 'npm has run install scripts');
  const installed = readdirSync(join(folder, 'node_modules'), { recursive: true });
  const replaced = installed.filter((path) =>
    /libtensorflow|(tfjs|tfjs-node|tfjs-node-gpu)[/\\]package\.json$/.test(path),
  );
  assert.deepEqual(replaced, [], 'nothing that the engine replaces is installed, or downloaded by a script');
  writeFileSync(join(folder, 'use.js'), USE);
  run(process.execPath, ['use.js'], folder);
  run(join(folder, 'node_modules/.bin/lin-engine'), ['--help'], folder);
  run(join(folder, 'node_modules/.bin/lin-teacher'), ['--help'], folder);
  run(join(folder, 'node_modules/.bin/lin-data'), ['verify', 'sample'], folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
