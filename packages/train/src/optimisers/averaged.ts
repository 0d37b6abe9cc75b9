// A moving average of the parameters beside their training (Polyak & Juditsky 1992, https://doi.org/10.1137/0330046; with exponential
// weights as in Tarvainen & Valpola 2017, https://arxiv.org/abs/1703.01780).
import * as tf from '@tensorflow/tfjs-core';
import type { Optimiser } from './optimiser.js';

export interface AveragedOptions {
  /** What of the average stays at each update, in [0, 1); default 0.999: it looks back over the last thousand or so. */
  decay?: number;
}

/** After t updates the average looks back over a tenth of them at most: (t − 1)/(t + 9) stands for the decay where it is less. */
const WARM_UP = 9;

/**
 * An optimiser with an exponential moving average of the variables that it updates: after each update a ← a + (1 − d)(θ − a), within the
 * recorded step, where d is the decay, or (t − 1)/(t + 9) in the first t updates, so that the first average is the first θ (Tarvainen,
 * Valpola 2017, https://arxiv.org/abs/1703.01780). The averages are part of its state, so a checkpoint has them.
 * @param optimiser What updates the variables; disposed of together with this.
 * @throws RangeError for a decay outside [0, 1).
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { initEngine } from '@lin/engine';
 * import { Averaged, Sgd } from '@lin/train';
 * await initEngine();
 *
 * const w = tf.variable(tf.tensor1d([0]));
 * const optimiser = new Averaged(new Sgd(new Map([['w', w]])), { decay: 0.5 });
 * for (let i = 0; i < 3; i++) optimiser.applyGradients({ [w.name]: tf.tensor1d([-1]) }, tf.scalar(1));
 * const trained = w.dataSync()[0]!;
 * optimiser.exchange();
 * console.log(trained.toFixed(2), w.dataSync()[0]!.toFixed(2)); // and back by another exchange()
 * ```
 * ```text
 * 5.61 5.13
 * ```
 */
export class Averaged implements Optimiser {
  readonly name: string;
  readonly decay: number;
  /** The averages, by the variables' names. */
  readonly averages: ReadonlyMap<string, tf.Variable>;

  constructor(
    private readonly optimiser: Optimiser,
    { decay = 0.999 }: AveragedOptions = {},
  ) {
    if (!(decay >= 0 && decay < 1)) throw new RangeError(`decay is ${decay}; expected one in [0, 1).`);
    this.name = `${optimiser.name}-ema`;
    this.decay = decay;
    const trained = [...optimiser.parameters].filter(([, { trainable }]) => trainable);
    this.averages = new Map(
      trained.map(([name, variable]) => [name, tf.tidy(() => tf.variable(tf.zerosLike(variable), false))]),
    );
  }

  get parameters(): ReadonlyMap<string, tf.Variable> {
    return this.optimiser.parameters;
  }

  get variables(): tf.Variable[] {
    return this.optimiser.variables;
  }

  get count(): tf.Variable<tf.Rank.R0> {
    return this.optimiser.count;
  }

  get step(): number {
    return this.optimiser.step;
  }

  set step(updates: number) {
    this.optimiser.step = updates;
  }

  applyGradients(gradients: tf.NamedTensorMap, learningRate: tf.Scalar): tf.Scalar {
    return tf.tidy(() => {
      const norm = this.optimiser.applyGradients(gradients, learningRate);
      const early = tf.div(tf.sub(this.count, 1), tf.add(this.count, WARM_UP));
      const share = tf.where(tf.less(norm, Infinity), tf.sub(1, tf.minimum(early, this.decay)), 0); // none of a NaN
      for (const [name, average] of this.averages) {
        const moved = () => tf.add(average, tf.mul(tf.sub(this.parameters.get(name)!, average), share));
        tf.tidy(() => average.assign(moved()));
      }
      return norm;
    });
  }

  /**
   * Exchanges the variables and their averages: between two calls, the model is the averaged one, to be evaluated or saved. Not while a
   * recorded step trains. Before the first update there is no average, and nothing is exchanged.
   */
  exchange(): void {
    if (this.step === 0) return;
    for (const [name, average] of this.averages) {
      const variable = this.parameters.get(name)!;
      tf.tidy(() => {
        const trained = tf.clone(variable as tf.Tensor);
        variable.assign(tf.clone(average as tf.Tensor));
        average.assign(trained);
      });
    }
  }

  /** What `use` makes of the averaged model; the variables are exchanged back, however it ends. Not while a recorded step trains. */
  async whileExchanged<T>(use: () => Promise<T>): Promise<T> {
    this.exchange();
    try {
      return await use();
    } finally {
      this.exchange();
    }
  }

  /** The optimiser's state, and the averages as `average.<variable>`. */
  namedState(): Map<string, tf.Variable> {
    const averages = [...this.averages].map(([name, average]) => [`average.${name}`, average] as const);
    return new Map([...this.optimiser.namedState(), ...averages]);
  }

  dispose(): void {
    this.optimiser.dispose();
    tf.dispose([...this.averages.values()]);
  }
}
