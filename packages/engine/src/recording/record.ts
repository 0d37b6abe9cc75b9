// record: makes of what a training step does one TensorFlow graph that can be run again, off the JS thread.
import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { activeTensorFlow, type ActiveTensorFlow } from '../tensorflow/active.js';
import { configProto, type SessionConfig } from '../tensorflow/config-proto.js';
import { GraphSession } from '../tensorflow/graph-session.js';
import { RecordingError } from './errors.js';
import { COLLECTIVE_OP } from '../distributed/all-reduce.js';
import type { Cluster } from '../distributed/cluster.js';
import { buildGraph } from './graph-builder.js';
import { RecordedStep, type SharedSession } from './recorded-step.js';
import { exactConfig, productsOf, sessionConfig, type SessionOptions } from './session-options.js';
import type { NamedTensors } from './trace.js';
import { verifiedTrace } from './verified-trace.js';

export interface RecordOptions<I extends NamedTensors> extends SessionOptions {
  /** Example inputs: their shapes and dtypes are those of every run. Learning rates and other schedules belong here, as scalars. */
  inputs: I;
  /** Names for the step's variables, such as `gx.blocks.0.kernel`; those left out keep tfjs's own. */
  variables?: ReadonlyMap<string, tf.Variable>;
  /** Another recorded step: the two have the same variables on the device, and its session options are used. */
  shareWith?: RecordedStep;
  /**
   * While the step trains, its variables' values are on the device only: their tf.Variables take no memory, and reading one before `read()`
   * is an error instead of an old value.
   */
  release?: boolean;
  /**
   * The step is one of all workers of this cluster, which must record it alike: `cluster.mean` averages over them. Its variables begin as
   * worker 0 has them. Its products are of float32.
   */
  cluster?: Cluster;
}

/** Whether the current backend can record. */
export const canRecord = () => activeTensorFlow() !== undefined;

/**
 * Records `step`: any tfjs code that makes outputs from inputs and may assign variables (forward pass, `tf.variableGrads`, update).
 * A few examples of the batch are computed eagerly and by a graph, whose outputs and updated variables are compared; of the whole batch
 * only shapes are computed. Where the two are not one program, the whole batch is computed and compared. The variables are left as they
 * were.
 * @throws RecordingError where the backend is not tensorflow, the step does what a graph cannot (the message names the op), or the graph's
 * results differ from the eager step's by more than rounding.
 */
export async function record<I extends NamedTensors, O extends NamedTensors>(
  step: (inputs: I) => O,
  { inputs, variables: names = new Map(), shareWith, release = false, cluster, ...given }: RecordOptions<I>,
): Promise<RecordedStep<I, O>> {
  const active = activeTensorFlow();
  if (!active)
    throw new RecordingError(
      `record: the ${tf.getBackend()} backend runs op by op and cannot record; call initEngine({ backend: 'tensorflow' }) first.`,
    );
  if (cluster && given.precision === 'bfloat16')
    throw new RecordingError(
      'record: TensorFlow computes the steps of a cluster in float32 only; leave precision out.',
    );
  const options: SessionOptions = cluster ? { ...given, precision: 'float32' } : given;
  const config = sessionConfig(options, active);
  await shareWith?.read();
  // Reduced precision is no fault of the recording: the graph is verified without it.
  const exact = exactConfig(config);
  const { traced, verified, isWhole } = await verifiedTrace(
    (given) => step(given as I),
    { inputs, names, isWhole: cluster !== undefined },
    () => newSession(active, exact),
    active,
  );
  if (!cluster && traced.tape.ops.some(({ name }) => name === COLLECTIVE_OP)) {
    await verified.dispose();
    throw new RecordingError('record: the step takes means over workers; pass the cluster that it asks, too.');
  }
  const products = productsOf(options, active);
  const staysInSession = !shareWith && !cluster && products === 'float32' && isDeepStrictEqual(config, exact);
  const open = (session: SharedSession) => {
    const workers = session.cluster?.workers.length ?? 1;
    return new RecordedStep<I, O>(
      traced,
      buildGraph({ ...traced, products: session.products, workers }),
      session,
      active,
    );
  };
  const openBeside = async () => {
    const opened = open(verified.shared);
    await verified.dispose(); // its session goes on
    return opened;
  };
  const openApart = async () => {
    await verified.dispose(); // and its variables, before others take memory
    return open(shareWith?.shared ?? newSession(active, config, products, cluster));
  };
  const recorded = !staysInSession
    ? await openApart()
    : isWhole
      ? (verified as RecordedStep<I, O>)
      : await openBeside();
  await recorded.write();
  if (cluster) await recorded.broadcast();
  if (release) recorded.release();
  return recorded;
}

const newSession = (
  { library }: ActiveTensorFlow,
  config: SessionConfig,
  products: SharedSession['products'] = 'float32',
  cluster?: Cluster,
): SharedSession => ({
  session: cluster ? cluster.openSession(config) : new GraphSession(library, configProto(config)),
  cluster,
  steps: 0,
  products,
  names: 0,
});
