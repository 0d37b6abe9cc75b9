// What one run of a step does, seen from the binding: every op with its attributes, every constant, in order. Refuses what a graph
// could not do again.
import type * as tf from '@tensorflow/tfjs-core';
import { tensorIds } from '../tensorflow/active.js';
import type { TensorMetadata } from '../tensorflow/binding.js';
import type { ExecutedOp, Listener } from '../tensorflow/listening-binding.js';
import type { TensorBytes } from '../tensorflow/tensor-memory.js';
import { RecordingError } from './errors.js';
import type { ShapeGraph } from './shape-graph.js';

const RANDOM =
  /^(Random|TruncatedNormal|Multinomial|ParameterizedTruncatedNormal|Stateful(Random|Uniform|Truncated|StandardNormal)|Dropout)/;
const SHAPE_FROM_VALUES =
  /^(Where|Unique|ListDiff|NonMaxSuppression|DynamicPartition|SetDiff|StringSplit|DecodeJpeg|DecodePng|DecodeBmp|DecodeGif)/;

export class Tape implements Listener {
  readonly ops: ExecutedOp[] = [];
  readonly constants = new Map<number, TensorBytes>();
  private readonly producers = new Map<number, string>();
  private readonly known: ReadonlySet<number>;

  /** `inputs`: their ids; `variables`: the id of each one's value before the step; `capture` copies a tensor from outside the step. */
  constructor(
    inputs: Iterable<number>,
    private readonly variables: ReadonlyMap<tf.Variable, number>,
    private readonly capture: (id: number) => TensorBytes,
    /** Tells the shapes of ops that are not run; without it they run. It knows the inputs and variables. */
    private readonly shapes?: ShapeGraph,
  ) {
    this.known = new Set([...inputs, ...variables.values()]);
  }

  /** Before an op runs. @throws RecordingError where a graph could not run it with the same meaning. */
  admit(name: string, inputs: readonly number[]): void {
    if (RANDOM.test(name)) {
      throw new RecordingError(
        `record: ${name} draws other numbers at every run; draw them outside and pass them as an input, ` +
          'or use statelessNormal or statelessUniform with a seed as input.',
      );
    }
    if (SHAPE_FROM_VALUES.test(name)) {
      throw new RecordingError(
        `record: the shape of ${name}'s output depends on values, and a recorded graph has fixed shapes; ` +
          'use a mask of fixed shape instead.',
      );
    }
    for (const id of inputs) this.use(id);
  }

  get infer(): Listener['infer'] {
    const { shapes } = this;
    return shapes && ((op, newId): TensorMetadata[] => shapes.infer(op, newId));
  }

  /** After it has run. */
  op(op: ExecutedOp): void {
    this.ops.push(op);
    if (op.updates) for (const { id, ...spec } of op.outputs) this.shapes?.placeholder(id, spec);
    for (const { id } of op.outputs) this.producers.set(id, op.name);
  }

  constant(id: number, constant: TensorBytes): void {
    this.constants.set(id, constant);
    this.shapes?.constant(id, constant);
  }

  areUnchanged(variables: readonly tf.Variable[]): boolean {
    return variables.every((variable) => tensorIds([variable])[0] === this.variables.get(variable));
  }

  /** @throws RecordingError always: what JavaScript does with the value would be baked into the graph. */
  refuseRead(id: number): never {
    const what = this.producers.has(id)
      ? `the output of ${this.producers.get(id)}`
      : this.known.has(id)
        ? 'an input or variable'
        : 'a tensor';
    throw new RecordingError(
      `record: the step reads the value of ${what} (dataSync, arraySync, or a kernel that runs in JavaScript), ` +
        'which a graph cannot do; return it as an output and read it after the run.',
    );
  }

  private use(id: number): void {
    if (this.known.has(id) || this.producers.has(id) || this.constants.has(id)) return;
    this.constant(id, this.capture(id));
  }
}
