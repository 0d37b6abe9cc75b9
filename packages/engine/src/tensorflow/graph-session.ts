// A TF_Graph and the TF_Session that runs it, off the JS thread. Runs of one session take turns: a step's updates are seen by the next.
import { TensorFlowError } from '../errors.js';
import { TF_OK, type Pointer, type TensorFlowLibrary } from './c-api.js';
import { checked } from './checked.js';
import { bufferBytes, newTensor, outputsArray, valuesOf, type TensorBytes } from './tensor-memory.js';

export interface RunOptions<T> {
  /**
   * By node name: bytes, which are copied before `run` returns its promise, or a function that gives a TF_Tensor, which the run deletes.
   */
  feeds?: ReadonlyMap<string, TensorBytes | (() => Pointer)>;
  /** Nodes whose first output is wanted. */
  fetches?: readonly string[];
  /** What a fetched TF_Tensor is made into; it is deleted afterwards. */
  take?: (tensor: Pointer, index: number) => T;
  /** Nodes that are run for what they do. */
  targets?: readonly string[];
  /** A serialised RunOptions message; the answer's `metadata` is a serialised RunMetadata then. */
  runOptions?: Uint8Array;
}

export interface RunResult<T> {
  /** In the order of `fetches`. */
  values: T[];
  metadata?: Uint8Array;
}

/** What runs a session in place of the process itself: a server of a cluster. */
export interface SessionHost {
  target: string;
  /** Of every run that has none of its own: serialised. */
  runOptions: Uint8Array;
  /** Ends where the run does, or before it, with an error, when the run can no longer end well: the session is of no use then. */
  watch<T>(run: Promise<T>): Promise<T>;
}

export class GraphSession {
  private readonly graph: Pointer;
  private readonly session: Pointer;
  private readonly operations = new Map<string, Pointer>();
  private queue: Promise<unknown> = Promise.resolve();
  private closed = false;
  /** Why a run was given up: TensorFlow may hold it for ever, and so the session. */
  private givenUp: unknown;

  /** @throws TensorFlowError */
  constructor(
    private readonly tf: TensorFlowLibrary,
    config: Uint8Array,
    private readonly host?: SessionHost,
  ) {
    this.graph = tf.newGraph();
    const options = tf.newSessionOptions();
    try {
      this.session = checked(this.tf, 'TF_NewSession', (status) => {
        tf.setSessionConfig(options, config, config.length, status);
        if (host) tf.setTarget(options, host.target);
        return tf.newSession(this.graph, options, status);
      });
    } catch (error) {
      tf.deleteGraph(this.graph);
      throw error;
    } finally {
      tf.deleteSessionOptions(options);
    }
  }

  /** Adds the nodes of a GraphDef, their names beginning with `prefix/`. @throws TensorFlowError where TensorFlow refuses one. */
  import(graphDef: Uint8Array, prefix: string): void {
    const { tf } = this;
    const buffer = tf.newBuffer(graphDef, graphDef.length);
    const options = tf.newImportOptions();
    try {
      tf.setImportPrefix(options, prefix);
      checked(this.tf, 'TF_GraphImportGraphDef', (status) => tf.importGraphDef(this.graph, buffer, options, status));
    } finally {
      tf.deleteImportOptions(options);
      tf.deleteBuffer(buffer);
    }
  }

  /** Begins when earlier runs have ended. @throws TensorFlowError */
  run<T = NodeJS.TypedArray>(options: RunOptions<T>): Promise<RunResult<T>> {
    if (this.closed) return Promise.reject(new TensorFlowError('run: this session has been disposed.'));
    if (!options.fetches?.length && !options.targets?.length) return Promise.resolve({ values: [] }); // TensorFlow refuses to do nothing
    const prepared = this.prepare(options); // copies the feeds now, so that the caller may reuse its buffers
    const result = this.queue.then(() => this.watched(prepared));
    this.queue = result.catch(() => {});
    return result;
  }

  private async watched<T>(prepared: ReturnType<typeof this.prepare<T>>): Promise<RunResult<T>> {
    if (this.givenUp) throw this.givenUp;
    if (!this.host) return this.execute(prepared);
    try {
      return await this.host.watch(this.execute(prepared));
    } catch (error) {
      this.givenUp = error;
      throw error;
    }
  }

  /** After the runs that are under way. */
  async dispose(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.queue;
    if (this.givenUp) return;
    const { tf, session } = this;
    checked(this.tf, 'TF_CloseSession', (status) => tf.closeSession(session, status));
    checked(this.tf, 'TF_DeleteSession', (status) => tf.deleteSession(session, status));
    tf.deleteGraph(this.graph);
  }

  private prepare<T>({
    feeds = new Map(),
    fetches = [],
    take = (tensor) => valuesOf(this.tf, tensor) as T,
    targets = [],
    runOptions,
  }: RunOptions<T>) {
    return {
      take,
      inputs: this.outputsArray([...feeds.keys()]),
      inputValues: BigInt64Array.from([...feeds.values()], (feed) =>
        typeof feed === 'function' ? feed() : newTensor(this.tf, feed),
      ),
      outputs: this.outputsArray(fetches),
      outputValues: new BigInt64Array(fetches.length),
      targets: BigInt64Array.from(targets, (name) => this.operation(name)),
      runOptions,
    };
  }

  private async execute<T>({ runOptions, take, ...arrays }: ReturnType<typeof this.prepare<T>>): Promise<RunResult<T>> {
    const { tf, session } = this;
    const status = tf.newStatus();
    const chosen = runOptions ?? this.host?.runOptions;
    const options = chosen ? tf.newBuffer(chosen, chosen.length) : 0n;
    const metadata = runOptions ? tf.emptyBuffer() : 0n;
    try {
      await new Promise<void>((resolve, reject) => {
        tf.sessionRun({ session, options, metadata, status, ...arrays }, (error) =>
          error ? reject(error) : resolve(),
        );
      });
      if (tf.code(status) !== TF_OK) throw new TensorFlowError(`TF_SessionRun: ${tf.message(status)}`);
      return {
        values: Array.from(arrays.outputValues, (tensor, i) => take(tensor, i)),
        ...(runOptions && { metadata: bufferBytes(tf, metadata) }),
      };
    } finally {
      for (const tensor of [...arrays.inputValues, ...arrays.outputValues]) if (tensor !== 0n) tf.deleteTensor(tensor);
      for (const buffer of [options, metadata]) if (buffer !== 0n) tf.deleteBuffer(buffer);
      tf.deleteStatus(status);
    }
  }

  private outputsArray(names: readonly string[]): BigInt64Array {
    return outputsArray(names.map((name) => ({ operation: this.operation(name), index: 0 })));
  }

  private operation(name: string): Pointer {
    const known = this.operations.get(name);
    if (known !== undefined) return known;
    const found = this.tf.operationByName(this.graph, name) ?? 0n;
    if (found === 0n) throw new TensorFlowError(`The graph has no node named ${name}.`);
    this.operations.set(name, found);
    return found;
  }
}
