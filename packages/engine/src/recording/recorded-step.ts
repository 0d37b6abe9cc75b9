// A step as a graph on the device: inputs go in, outputs come out, variables stay.
import * as tf from '@tensorflow/tfjs-core';
import { absentTensor, adoptedTensor, tensorIds, type ActiveTensorFlow } from '../tensorflow/active.js';
import type { Pointer } from '../tensorflow/c-api.js';
import { dtypeNumbers, dtypes } from '../tensorflow/dtypes.js';
import type { GraphSession } from '../tensorflow/graph-session.js';
import { bytesOf, valuesOf, type TensorBytes } from '../tensorflow/tensor-memory.js';
import type { Cluster } from '../distributed/cluster.js';
import { RecordingError } from './errors.js';
import { FULL_TRACE, profileOf, type ProfileRow } from './profile.js';
import { tensorSampler } from './sample.js';
import { nodeNames, type GraphInput, type TensorSpec } from './graph-builder.js';
import type { NamedTensors, Trace } from './trace.js';

/** A session and the steps that run in it; the last one disposes of it. */
export interface SharedSession {
  session: GraphSession;
  /** Whose workers run the steps together. */
  cluster?: Cluster | undefined;
  steps: number;
  /** What the graphs of its steps compute products in. */
  products: 'float32' | 'bfloat16';
  /** Prefix numbers given out so far. */
  names: number;
}

export type InputValue = tf.Tensor | NodeJS.TypedArray | number;
export type OutputValue = Float32Array | Int32Array | Uint8Array;

export class RecordedStep<I extends NamedTensors = NamedTensors, O extends NamedTensors = NamedTensors> {
  /** Shapes of the inputs, which those of every run must have. */
  readonly inputs: ReadonlyMap<string, TensorSpec>;
  readonly outputs: readonly string[];
  /** The variables that the step reads or updates, by name. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  private readonly prefix: string;
  private readonly specs: ReadonlyMap<string, TensorSpec>;
  /** Whether the tf.Variables are left without values while the step runs, and whether they are now. */
  private releases = false;
  private empty = false;
  private disposed = false;
  private runBroadcast: (() => Promise<void>) | undefined;

  /** `record` makes these. */
  constructor(
    { inputs, outputs, variables }: Pick<Trace, 'inputs' | 'outputs' | 'variables'>,
    private readonly graph: Uint8Array,
    readonly shared: SharedSession,
    private readonly active: ActiveTensorFlow,
  ) {
    this.inputs = new Map(inputs.map(({ name, shape, dtype }: GraphInput) => [name, { shape, dtype }]));
    this.outputs = outputs.map(({ name }) => name);
    this.variables = new Map(variables.map(({ name, variable }) => [name, variable]));
    this.specs = new Map(variables.map(({ name, shape, dtype }) => [name, { shape, dtype }]));
    this.prefix = `step${shared.names++}`;
    shared.session.import(graph, this.prefix);
    shared.steps++;
  }

  /**
   * Runs the step once, after the runs asked for before. Arrays are read before this returns its promise.
   * @throws RecordingError where an input is missing, unknown, or of another size than the recorded one.
   */
  async run(inputs: { [K in keyof I]: InputValue }): Promise<{ [K in keyof O]: OutputValue }> {
    return (await this.runOnce(inputs)).outputs;
  }

  /** Runs the step once, as `run` does, with TensorFlow's own stopwatch on every op. */
  async profile(inputs: { [K in keyof I]: InputValue }): Promise<ProfileRow[]> {
    const { metadata } = await this.runOnce(inputs, FULL_TRACE);
    return profileOf(metadata!);
  }

  /** Makes the tf.Variables those on the device: `names`, or all. Nothing is copied before one of the two changes. */
  async read(names: Iterable<string> = this.variables.keys()): Promise<void> {
    const ids = await this.fetch(names, (_, tensor) => this.active.binding.adopt(tensor));
    tf.tidy(() => ids.forEach((id, name) => this.variables.get(name)!.assign(adoptedTensor(id, this.active))));
    this.empty = false;
  }

  /** Makes the variables on the device the tf.Variables: `names`, or all. Nothing is copied before one of the two changes. */
  async write(names: Iterable<string> = this.variables.keys()): Promise<void> {
    const wanted = [...names];
    const resolved = (name: string) => () => this.active.binding.resolve(tensorIds([this.variables.get(name)!])[0]!);
    const feeds = new Map(wanted.map((name) => [this.node(nodeNames.newValue(this.known(name))), resolved(name)]));
    await this.shared.session.run({ feeds, targets: wanted.map((name) => this.node(nodeNames.write(name))) });
  }

  /**
   * Makes the variables on the devices of all workers those of worker 0; all must ask for it.
   * @throws RecordingError for a step that was recorded without a cluster.
   */
  async broadcast(): Promise<void> {
    const { session, cluster } = this.shared;
    if (!cluster) throw new RecordingError('broadcast: the step was recorded without a cluster.');
    const variables = [...this.specs].map(([name, spec]) => ({ name, ...spec }));
    this.runBroadcast ??= cluster.addBroadcast(session, variables, `${this.prefix}/broadcast`);
    await this.runBroadcast();
  }

  /** From now on, and again after each `read()`, the tf.Variables take no memory while the step runs; reading one is an error. */
  release(): void {
    this.releases = true;
    this.empty = true;
    tf.tidy(() => {
      for (const [name, variable] of this.variables) {
        variable.assign(
          absentTensor(
            this.specs.get(name)!,
            `${name}: its value is on the device of a recorded step; await read() first.`,
            this.active,
          ),
        );
      }
    });
  }

  /** The variables' values on the device, one after the other: `names`, or all. */
  async forEachValue(
    use: (name: string, value: OutputValue) => void,
    names: Iterable<string> = this.variables.keys(),
  ): Promise<void> {
    await this.fetch(names, (name, tensor) => use(name, valuesOf(this.active.library, tensor) as OutputValue));
  }

  /** One variable's value on the device. */
  async valueOf(name: string): Promise<OutputValue> {
    let found: OutputValue | undefined;
    await this.forEachValue((_, value) => (found = value), [name]);
    return found!;
  }

  /** A sample of each variable's values on the device, by name. */
  samples(): Promise<Map<string, Float32Array>> {
    const sample = tensorSampler(this.active.library);
    return this.fetch(this.variables.keys(), (_, tensor) => sample(tensor));
  }

  /** The step as a serialised GraphDef that stands by itself, without the variables' values: `in/<input>`, `out/<output>`, `update`. */
  graphDef(): Uint8Array {
    return this.graph;
  }

  /** Frees the session, and the variables on the device, with the last of the steps that share them. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    if (--this.shared.steps === 0) await this.shared.session.dispose();
  }

  private async runOnce(inputs: { [K in keyof I]: InputValue }, runOptions?: Uint8Array) {
    if (this.disposed) throw new RecordingError('run: this step has been disposed.');
    const unknown = Object.keys(inputs).find((name) => !this.inputs.has(name));
    if (unknown !== undefined)
      throw new RecordingError(`run: the step has no input ${unknown}; it has ${[...this.inputs.keys()].join(', ')}.`);
    const feeds = new Map(
      [...this.inputs].map(
        ([name, spec]) => [this.node(nodeNames.input(name)), this.feed(name, inputs[name], spec)] as const,
      ),
    );
    if (this.releases && !this.empty) this.release();
    const { values, metadata } = await this.shared.session.run({
      feeds,
      fetches: this.outputs.map((name) => this.node(nodeNames.output(name))),
      targets: [this.node(nodeNames.update)],
      ...(runOptions && { runOptions }),
    });
    return {
      outputs: Object.fromEntries(this.outputs.map((name, i) => [name, values[i]])) as { [K in keyof O]: OutputValue },
      metadata,
    };
  }

  /** A tensor's own memory, or a copy of an array. @throws RecordingError */
  private feed(name: string, value: InputValue | undefined, spec: TensorSpec): (() => Pointer) | TensorBytes {
    const { shape, dtype } = spec;
    if (value === undefined)
      throw new RecordingError(
        `run: input ${name} is missing; expected a tensor or array of shape [${shape.join(', ')}].`,
      );
    const given = typeof value === 'number' ? [value] : value;
    const isTensor = given instanceof tf.Tensor;
    const size = shape.reduce((product, length) => product * length, 1);
    const [found, fits] = isTensor
      ? [`[${given.shape.join(', ')}]`, String(given.shape) === String(shape)]
      : [`${given.length} numbers`, given.length === size];
    if (!fits) {
      throw new RecordingError(
        `run: input ${name} was recorded with shape [${shape.join(', ')}], but got ${found}; ` +
          'a recorded graph has fixed shapes, record another.',
      );
    }
    if (isTensor && dtypeNumbers[given.dtype] === dtype)
      return () => this.active.binding.resolve(tensorIds([given])[0]!);
    return { ...spec, bytes: inputBytes(isTensor ? given.dataSync() : given, dtype) };
  }

  /** What `take` makes of the variables' TF_Tensors, by name. */
  private async fetch<T>(names: Iterable<string>, take: (name: string, tensor: Pointer) => T): Promise<Map<string, T>> {
    const wanted = [...names];
    const fetches = wanted.map((name) => this.node(nodeNames.read(this.known(name))));
    const { values } = await this.shared.session.run({ fetches, take: (tensor, i) => take(wanted[i]!, tensor) });
    return new Map(wanted.map((name, i) => [name, values[i]!]));
  }

  private node(name: string): string {
    return `${this.prefix}/${name}`;
  }

  private known(name: string): string {
    if (this.variables.has(name)) return name;
    throw new RecordingError(
      `The step neither reads nor updates a variable named ${name}; it has ${this.variables.size} others.`,
    );
  }
}

function inputBytes(values: ArrayLike<number> | NodeJS.TypedArray, dtype: number): Uint8Array {
  const Target = ARRAYS[dtype]!;
  return bytesOf(values instanceof Target ? values : Target.from(values as ArrayLike<number>));
}

/** By TF_DataType. */
const ARRAYS: Record<number, Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor> = {
  [dtypes.TF_FLOAT]: Float32Array,
  [dtypes.TF_INT32]: Int32Array,
  [dtypes.TF_BOOL]: Uint8Array,
};
