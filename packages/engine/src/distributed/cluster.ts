// What the workers of a cluster do together.
import type * as tf from '@tensorflow/tfjs-core';
import { ClusterError, TensorFlowError } from '../errors.js';
import type { ActiveTensorFlow } from '../tensorflow/active.js';
import { configProto, runOptionsWithin, type ClusterPlace, type SessionConfig } from '../tensorflow/config-proto.js';
import { GraphSession, type SessionHost } from '../tensorflow/graph-session.js';
import { exitWithoutWaiting } from '../tensorflow/process-exit.js';
import { meanOverWorkers } from './all-reduce.js';
import { BROADCAST, broadcastGraph, type SharedVariable } from './broadcast.js';
import { addGatherGraph, gatherTexts } from './gather.js';
import { nameWorkers, silentWorkers, whileAllAnswer } from './worker-health.js';

export interface Deadlines {
  /** Seconds that a worker may be silent while another waits for it: frozen, or cut off. Default 60. */
  answerSeconds: number;
  /** Seconds that a worker which is alive may keep the others waiting, while it validates or writes a checkpoint. Default 3600. */
  stepSeconds: number;
}

/** `distribute` makes it: this process as one of the workers that train together. */
export class Cluster implements ClusterPlace {
  readonly workers: readonly string[];
  readonly index: number;
  private readonly host: SessionHost;
  private readonly messages: GraphSession;
  private keys = 0;

  /** `distribute` calls it. */
  constructor(
    { workers, index }: ClusterPlace,
    target: string,
    { answerSeconds, stepSeconds }: Deadlines,
    private readonly active: ActiveTensorFlow,
  ) {
    [this.workers, this.index] = [workers, index];
    this.host = {
      target,
      runOptions: runOptionsWithin(stepSeconds),
      watch: (run) =>
        whileAllAnswer(run, this, answerSeconds).catch(async (error: unknown) => {
          if (error instanceof ClusterError) exitWithoutWaiting(); // TensorFlow may hold the run's thread for ever
          throw await this.explained(error, stepSeconds);
        }),
    };
    this.messages = this.openSession(active.config);
    addGatherGraph(this.messages, workers.length, this.nextKey());
  }

  /**
   * The mean of each tensor over the workers, within a step that `record` records with this cluster: of gradients, and of what is reported
   * beside them. All workers must record the same step. A step that is run op by op cannot be averaged.
   */
  mean(tensors: readonly tf.Tensor[]): tf.Tensor[] {
    return meanOverWorkers(tensors, () => this.nextKey());
  }

  /**
   * What each worker says, by its index, to all of them; all must ask. It waits for the last one.
   * @param text Less than 1,024 bytes of UTF-8.
   * @throws ClusterError where a worker is gone.
   */
  gather(text: string): Promise<string[]> {
    return gatherTexts(this.messages, text, this);
  }

  /** For `record`: a session on this worker's server. */
  openSession(config: SessionConfig): GraphSession {
    const { workers, index } = this;
    return new GraphSession(this.active.library, configProto({ ...config, cluster: { workers, index } }), this.host);
  }

  /** For `record`: adds a graph to the session that gives worker 0's variables to all, and returns what runs it. */
  addBroadcast(session: GraphSession, variables: readonly SharedVariable[], prefix: string): () => Promise<void> {
    session.import(
      broadcastGraph(variables, this, () => this.nextKey()),
      prefix,
    );
    return async () => void (await session.run({ targets: [`${prefix}/${BROADCAST}`] }));
  }

  /** Collectives are told apart by numbers, given out in the same order in every worker. */
  private nextKey(): number {
    return ++this.keys;
  }

  /** TensorFlow's error of a run as a sentence that names the worker. */
  private async explained(error: unknown, stepSeconds: number): Promise<unknown> {
    if (!(error instanceof TensorFlowError)) return error;
    const silent = await silentWorkers(this);
    const said = error.message.split('\n').find((line) => !/^(TF_SessionRun: )?From \//.test(line)) ?? error.message;
    if (silent.length > 0)
      return new ClusterError(
        `${nameWorkers(silent, this)} ${silent.length > 1 ? 'are' : 'is'} gone, and the others end, too. TensorFlow: ${said}`,
      );
    if (/incarnation/.test(error.message))
      return new ClusterError('A worker was started anew while the others ran on; all must be started together.');
    if (/timed out/i.test(error.message))
      return new ClusterError(`A worker that answers did not come to this step within ${stepSeconds} s.`);
    if (/[Ss]hape mismatch|[Gg]roup size/.test(error.message))
      return new ClusterError(
        `The workers do not compute the same step; give all the same settings. TensorFlow: ${said}`,
      );
    return /\/job:worker|UNAVAILABLE|collective|Socket|Connection/i.test(error.message)
      ? new ClusterError(`Another worker has ended, and so does this one. TensorFlow: ${said}`)
      : error;
  }
}
