// What optimisers have in common: tensors beside each variable, a count of updates, clipping, and no update by gradients that are
// not finite.
import * as tf from '@tensorflow/tfjs-core';
import { clipByGlobalNorm } from '@lin/engine';
import type { Optimiser } from './optimiser.js';

export interface ClippingOptions {
  /** Gradients whose joint Euclidean norm is above this are scaled down to it; Infinity turns clipping off. Default 1. */
  clipNorm?: number;
  /** Afterwards each entry of a gradient is brought into [−clipValue, clipValue]; default Infinity, which turns this off. */
  clipValue?: number;
}

/** A variable, and the tensors of its shape that its optimiser remembers, by name. */
export interface Slots<S extends string> {
  variable: tf.Variable;
  state: Readonly<Record<S, tf.Variable>>;
}

/** What the updates of one step have in common. */
export interface UpdateStep {
  learningRate: tf.Scalar;
  /** A boolean: false where the gradients' norm is not finite. They are zero then, and nothing may change. */
  isFinite: tf.Tensor;
}

export type UpdateVariable<S extends string> = (slots: Slots<S>, gradient: tf.Tensor) => void;

export abstract class SlotOptimiser<S extends string> implements Optimiser {
  abstract readonly name: string;
  readonly clipNorm: number;
  readonly clipValue: number;
  /** Updates applied so far, as a float32 scalar: exact up to 2²⁴. */
  readonly count: tf.Variable<tf.Rank.R0>;
  private readonly slots: Map<string, Slots<S>>;

  /** @param stateOf Names of what is remembered of a variable, zero at the start. */
  protected constructor(
    readonly parameters: ReadonlyMap<string, tf.Variable>,
    stateOf: (name: string, variable: tf.Variable) => readonly S[],
    { clipNorm = 1, clipValue = Infinity }: ClippingOptions,
  ) {
    this.clipNorm = positive('clipNorm', clipNorm);
    this.clipValue = positive('clipValue', clipValue);
    this.count = tf.tidy(() => tf.variable(tf.scalar(0), false));
    this.slots = new Map();
    for (const [name, variable] of parameters) {
      if (!variable.trainable) continue;
      const zeros = () => tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
      const state = Object.fromEntries(stateOf(name, variable).map((slot) => [slot, zeros()])) as Slots<S>['state'];
      this.slots.set(name, { variable, state });
    }
  }

  /** The variables this optimiser updates. */
  get variables(): tf.Variable[] {
    return [...this.slots.values()].map(({ variable }) => variable);
  }

  /** Updates applied so far. */
  get step(): number {
    return this.count.dataSync()[0]!;
  }

  set step(updates: number) {
    tf.tidy(() => this.count.assign(tf.scalar(updates)));
  }

  /**
   * One update from gradients keyed by tfjs's own variable names, as `tf.variableGrads` returns them; disposes nothing it was given.
   * Returns the global gradient norm before clipping. Where that is not finite, the variables, the state and the count stay as they are.
   */
  applyGradients(gradients: tf.NamedTensorMap, learningRate: tf.Scalar): tf.Scalar {
    return tf.tidy(() => {
      const updated = [...this.slots.values()].filter(({ variable }) => gradients[variable.name]);
      const { gradients: clipped, norm } = clipByGlobalNorm(
        updated.map(({ variable }) => gradients[variable.name]!),
        this.clipNorm,
      );
      const isFinite = tf.less(norm, Infinity); // false for NaN, too
      this.count.assign(tf.add(this.count, tf.cast(isFinite, 'float32')));
      const update = this.updater({ learningRate, isFinite });
      updated.forEach((slots, i) => {
        tf.tidy(() => update(slots, this.clipEntries(clipped[i]!)));
        clipped[i]!.dispose(); // as large as all parameters together
      });
      return norm;
    });
  }

  /** Computes what the step's updates have in common, and returns what updates one variable. Called within a tidy. */
  protected abstract updater(step: UpdateStep): UpdateVariable<S>;

  private clipEntries(gradient: tf.Tensor): tf.Tensor {
    if (this.clipValue === Infinity) return gradient;
    return tf.minimum(tf.maximum(gradient, -this.clipValue), this.clipValue);
  }

  /** What is remembered of each variable, by name: `<slot>.<variable>`. */
  namedState(): Map<string, tf.Variable> {
    const named = [...this.slots].flatMap(([name, { state }]) =>
      Object.entries<tf.Variable>(state).map(([slot, variable]) => [`${slot}.${name}`, variable] as const),
    );
    return new Map(named);
  }

  dispose(): void {
    this.count.dispose();
    tf.dispose([...this.slots.values()].flatMap(({ state }) => Object.values<tf.Variable>(state)));
  }
}

function positive(name: string, value: number): number {
  if (value > 0) return value;
  throw new RangeError(`${name} is ${value}; expected more than 0.`);
}
