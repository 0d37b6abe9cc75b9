// Adam's update of one variable (Kingma & Ba 2015, arXiv 1412.6980, Algorithm 1) as one pass over memory where a step is recorded.
import * as tf from '@tensorflow/tfjs-core';
import { absentTensor, activeTensorFlow, op, tensorIds, type ActiveTensorFlow } from '../tensorflow/active.js';
import { dtypes } from '../tensorflow/dtypes.js';
import { NOT_COMPUTED } from '../tensorflow/listening-binding.js';

export interface AdamUpdate {
  variable: tf.Variable;
  /** First and second moment, of the variable's shape. */
  m: tf.Variable;
  v: tf.Variable;
  gradient: tf.Tensor;
  /** α_t: the learning rate with both bias corrections, α √(1 − β₂ᵗ) / (1 − β₁ᵗ). */
  stepSize: tf.Scalar;
  /** ε̂ = ε √(1 − β₂ᵗ). */
  epsilon: tf.Scalar;
  beta1: number;
  beta2: number;
  /** A boolean: false leaves all three as they are, whose gradient and step size are then 0. Default: true. */
  isFinite?: tf.Tensor;
}

/** m ← m + (1 − β₁)(g − m);  v ← v + (1 − β₂)(g² − v);  θ ← θ − α_t m / (√v + ε̂). In a recorded graph this is ResourceApplyAdam, the first
 * time that a step changes the variable and its moments. */
export function adamUpdate(update: AdamUpdate): void {
  const active = activeTensorFlow();
  const listener = active?.binding.listener;
  const { variable, m, v, gradient, stepSize, epsilon, beta1, beta2, isFinite } = update;
  const variables = [variable, m, v];
  if (!listener?.areUnchanged(variables)) {
    compose(update);
    return;
  }
  const before = tensorIds(variables);
  const zero = tf.scalar(0); // the bias corrections are in the step size already
  const decays = [beta1, beta2].map((beta) => (isFinite ? tf.where(isFinite, beta, 1) : tf.scalar(beta)));
  const inputs = tensorIds([zero, zero, stepSize, ...decays, epsilon, gradient]);
  listener.admit('ResourceApplyAdam', [...before, ...inputs]);
  if (listener.infer) for (const one of variables) leaveEmpty(one, active!);
  else active!.binding.withListener(undefined, () => compose(update));
  const after = tensorIds(variables);
  listener.op({
    name: 'ResourceApplyAdam',
    attributes: [op.type('T', dtypes.TF_FLOAT), op.bool('use_locking', true)],
    inputs,
    outputs: after.map((id) => ({ id, shape: [...variable.shape], dtype: dtypes.TF_FLOAT })),
    updates: before,
  });
}

/** Gives the variable a tensor without values: shapes are all that is computed. */
function leaveEmpty(variable: tf.Variable, active: ActiveTensorFlow): void {
  const { shape } = variable;
  tf.tidy(() => variable.assign(absentTensor({ shape, dtype: dtypes.TF_FLOAT }, NOT_COMPUTED, active)));
}

function compose({ variable, m, v, gradient: g, stepSize, epsilon, beta1, beta2, isFinite }: AdamUpdate): void {
  tf.tidy(() => {
    const [rate1, rate2] = [1 - beta1, 1 - beta2].map((rate) => (isFinite ? tf.where(isFinite, rate, 0) : rate));
    m.assign(tf.add(m, tf.mul(tf.sub(g, m), rate1!)));
    v.assign(tf.add(v, tf.mul(tf.sub(tf.square(g), v), rate2!)));
    variable.assign(tf.sub(variable, tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon)), stepSize)));
  });
}
