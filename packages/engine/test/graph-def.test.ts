import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { initEngine } from '../src/engine.js';
import { record } from '../src/recording/record.js';
import { toyTraining } from './toy-training.js';

const run = promisify(execFile);
const python = process.env['LIN_TEST_PYTHON'] ?? 'python3';
const skipped =
  (await tensorFlowMissing()) ??
  (await run(python, ['-c', 'import tensorflow']).then(
    () => undefined,
    () => `${python} cannot import tensorflow; LIN_TEST_PYTHON names another`,
  ));

/** Imports the graph, sets the variables, runs two steps, prints the losses. */
const SCRIPT = `
import json, sys
import numpy as np, tensorflow as tf
graph_def = tf.compat.v1.GraphDef()
graph_def.ParseFromString(open(sys.argv[1], 'rb').read())
values = json.load(open(sys.argv[2]))
with tf.Graph().as_default() as graph:
    tf.import_graph_def(graph_def, name='')
    with tf.compat.v1.Session() as session:
        for name, (shape, data) in values['variables'].items():
            session.run('var/%s/write' % name, {'var/%s/new:0' % name: np.array(data, np.float32).reshape(shape)})
        feeds = {'in/%s:0' % name: np.array(data, np.float32).reshape(shape) for name, (shape, data) in values['inputs'].items()}
        print(json.dumps([float(session.run(['out/loss:0', 'update'], feeds)[0]) for _ in range(3)]))
`;

describe.skipIf(skipped)(`a recorded graph${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  test('is run by Python TensorFlow from its GraphDef alone, with the same losses', async () => {
    await initEngine({ backend: 'tensorflow' });
    const { step, inputs: batch, variables } = toyTraining('convolutional');
    const inputs = batch(0);
    const recorded = await record(step, { inputs, variables });
    const plain = (tensor: tf.Tensor) => [tensor.shape, Array.from(tensor.dataSync())];
    const values = {
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, plain(tensor)])),
      variables: Object.fromEntries([...recorded.variables].map(([name, variable]) => [name, plain(variable)])),
    };
    const folder = await mkdtemp(join(tmpdir(), 'lin-graph-'));
    await writeFile(join(folder, 'step.pb'), recorded.graphDef());
    await writeFile(join(folder, 'values.json'), JSON.stringify(values));
    const { stdout } = await run(python, ['-c', SCRIPT, join(folder, 'step.pb'), join(folder, 'values.json')]);
    const theirs = JSON.parse(stdout.trim().split('\n').at(-1)!) as number[];
    for (const loss of theirs) expect((await recorded.run(inputs)).loss[0]).toBeCloseTo(loss, 4);
    await recorded.dispose();
  }, 120_000);
});
