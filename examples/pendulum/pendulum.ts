// Composition and powers on a dynamical system (Berman, Hallak, Shocher 2025, arXiv 2510.08570, §3; Koopman 1931): one network is one step
// of a damped pendulum, f(x) = g⁻¹(A g(x)). So n steps are g⁻¹ Aⁿ g, half a step is g⁻¹ A^½ g, and the eigenvalues of A say how fast it
// turns and how fast it comes to rest.
import * as tf from '@tensorflow/tfjs-core';
import { COLOURS, eigenvaluePlane, gridLines, planePanels, type PlanePoint } from '@lin/figures';
import { VectorFlow } from '@lin/invertible';
import { InducedOperator, InducedSpace, vectorChart } from '@lin/linearizer';
import { fitOperator } from '@lin/operator';
import { minimise } from '@lin/train';
import { FRICTION, states, truth } from './swings.js';

const DT = 0.5;
const HORIZON = 6; // steps ahead that are trained on

export async function pendulum({ steps = 1000, batchSize = 128, numBlocks = 6, hiddenDim = 48 } = {}) {
  const g = new VectorFlow({ dim: 2, numBlocks, hiddenDim, maxLogScale: 0.5, seed: 1 });
  const [all, one] = [states(32 * batchSize, 1), truth(states(32 * batchSize, 1), DT)];
  const ahead = Array.from({ length: HORIZON - 1 }, (_, k) => truth(one, (k + 1) * DT));
  const trajectories = tf.stack([all, one, ...ahead], 1); // [N, 1 + HORIZON, 2]
  // A starts as the best linear step there is (dynamic mode decomposition): g does nothing yet but exchange numbers.
  const { operator: A } = await fitOperator([{ x: g.apply(all) as tf.Tensor2D, y: g.apply(one) as tf.Tensor2D }]);

  await minimise({
    model: { g, A },
    inputs: (step) => ({ path: tf.slice(trajectories, [(step % 32) * batchSize, 0, 0], [batchSize, 1 + HORIZON, 2]) }),
    loss: ({ path }) => {
      const [x, ...later] = tf.unstack(path, 1);
      let z = g.apply(x!) as tf.Tensor2D;
      const errors = later.map((y) => tf.mean(tf.squaredDifference(g.invert((z = A.apply(z))), y)));
      return tf.mean(tf.stack(errors));
    },
    steps,
    learningRate: 3e-3,
  });

  const space = new InducedSpace(vectorChart(g));
  const f = new InducedOperator({ domain: space, codomain: space, matrix: await A.toMatrix() });
  const x = states(500, 100_001);
  const error = (n: number) => rms(tf.sub(f.power(n).apply(x), truth(x, n * DT)));
  let repeated = x;
  for (let k = 0; k < 20; k++) repeated = f.apply(repeated);

  const { values } = f.eigen();
  const small = { decay: Math.exp((-FRICTION / 2) * DT), angle: Math.sqrt(1 - FRICTION ** 2 / 4) * DT }; // of small swings
  const numbers = {
    spread: rms(x), // of the states, to hold the errors against
    errors: { halfAStep: error(0.5), oneStep: error(1), fiveSteps: error(5), twentySteps: error(20) },
    powerIsRepetition: rms(tf.sub(f.power(20).apply(x), repeated)),
    decay: [Math.hypot(values[0]!.re, values[0]!.im), small.decay], // |λ|, and what it is of small swings
    angle: [Math.atan2(Math.abs(values[0]!.im), values[0]!.re), small.angle], // arg λ, likewise
    rest: rms(space.zero()), // the zero of the space is where the pendulum hangs
  };

  const range = [-2, 2] as const;
  const path = (at: (t: number) => tf.Tensor) => points(tf.concat(Array.from({ length: 81 }, (_, k) => at(k / 4))));
  const start = tf.tensor2d([[1.8, 0]]);
  const simulated = path((t) => truth(start, t * DT));
  const predicted = path((t) => (t === 0 ? start : f.power(t).apply(start)));
  const straight = gridLines({ range: [-1.5, 1.5] }).map((line) => points(g.invert(tf.tensor2d(line))));
  const lines = [{ lines: [simulated], colour: COLOURS.target, width: 3 }];
  const figure = planePanels([
    {
      title: 'angle and speed: f in quarter steps, and the truth',
      range,
      lines,
      points: [{ points: predicted, size: 5 }],
    },
    { title: 'straight lines of the induced space', range, lines: [{ lines: straight }] },
  ]);
  return { numbers, figures: { pendulum: figure, eigenvalues: eigenvaluePlane(values) } };
}

const rms = (x: tf.Tensor) => Math.sqrt(tf.mean(tf.square(x)).dataSync()[0]!);
const points = (x: tf.Tensor) => x.arraySync() as unknown as PlanePoint[];
