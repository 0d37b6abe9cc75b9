// The optimisers as their papers have them, in float64 and one number at a time: nothing of @lin/train is used.
export type Vectors = Record<string, number[]>;

interface Problem {
  shapes: Record<string, number[]>;
  start: Vectors;
  rates: readonly number[];
  gradients: readonly Vectors[];
}

type Options = Record<string, number | boolean>;
/** One update of one variable at step t, counted from 1. */
type Update = (theta: number[], g: number[], step: { rate: number; t: number }) => number[];

export function float64Reference(
  name: string,
  options: Options,
  { shapes, start, rates, gradients }: Problem,
): Vectors {
  const ends = Object.entries(start).map(([variable, values]) => {
    const update = UPDATES[name]!(options, shapes[variable]!);
    return [
      variable,
      gradients.reduce((theta, all, i) => {
        const g = clipped(all, options)[variable]!;
        return update(theta, g, { rate: rates[i]!, t: i + 1 });
      }, values),
    ] as const;
  });
  return Object.fromEntries(ends);
}

function clipped(gradients: Vectors, { clipNorm = Infinity, clipValue = Infinity }: Options): Vectors {
  const norm = Math.hypot(...Object.values(gradients).flat());
  const scale = Math.min(1, (clipNorm as number) / norm);
  const bound = clipValue as number;
  const clip = (g: number) => Math.max(-bound, Math.min(bound, g * scale));
  return Object.fromEntries(Object.entries(gradients).map(([name, values]) => [name, values.map(clip)]));
}

const UPDATES: Record<string, (options: Options, shape: number[]) => Update> = {
  /** Kingma & Ba 2015, Algorithm 1. */
  adam: (options) => adam({ ...options, weightDecay: 0 }),
  /** Loshchilov & Hutter 2019, Algorithm 2. */
  adamw: (options) => adam({ weightDecay: 0.01, ...options }),
  sgd({ momentum = 0.9, nesterov = false, weightDecay = 0 }) {
    let v: number[] | undefined;
    return (theta, g, { rate }) => {
      v = g.map((value, i) => (momentum as number) * (v?.[i] ?? 0) + value);
      const direction = nesterov ? g.map((value, i) => value + (momentum as number) * v![i]!) : v;
      return theta.map((value, i) => value - rate * (direction[i]! + (weightDecay as number) * value));
    };
  },
  /** Chen et al. 2023, Algorithm 2. */
  lion({ beta1 = 0.9, beta2 = 0.99, weightDecay = 0 }) {
    const [b1, b2] = [beta1 as number, beta2 as number];
    let m: number[] = [];
    return (theta, g, { rate }) => {
      const c = g.map((value, i) => b1 * (m[i] ?? 0) + (1 - b1) * value);
      m = g.map((value, i) => b2 * (m[i] ?? 0) + (1 - b2) * value);
      return theta.map((value, i) => value - rate * (Math.sign(c[i]!) + (weightDecay as number) * value));
    };
  },
  /** Jordan et al. 2024 with the scale of Liu et al. 2025, eq. 4; vectors by AdamW. */
  muon(options, shape) {
    const { momentum = 0.95, nesterov = true, weightDecay = 0.1 } = options;
    if (shape.length < 2) return adam({ ...options, weightDecay });
    const mu = momentum as number;
    let m: number[] = [];
    return (theta, g, { rate }) => {
      m = g.map((value, i) => mu * (m[i] ?? 0) + (1 - mu) * value);
      const direction = nesterov ? g.map((value, i) => (1 - mu) * value + mu * m[i]!) : m;
      const columns = shape.at(-1)!;
      const rows = Array.from({ length: g.length / columns }, (_, i) =>
        direction.slice(i * columns, (i + 1) * columns),
      );
      const o = newtonSchulz(rows).flat();
      const scale = 0.2 * Math.sqrt(Math.max(rows.length, columns));
      return theta.map((value, i) => value - rate * (scale * o[i]! + (weightDecay as number) * value));
    };
  },
};

function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: Options): Update {
  const [b1, b2] = [beta1 as number, beta2 as number];
  let [m, v]: [number[], number[]] = [[], []];
  return (theta, g, { rate, t }) => {
    m = g.map((value, i) => b1 * (m[i] ?? 0) + (1 - b1) * value);
    v = g.map((value, i) => b2 * (v[i] ?? 0) + (1 - b2) * value ** 2);
    return theta.map((value, i) => {
      const direction = m[i]! / (1 - b1 ** t) / (Math.sqrt(v[i]! / (1 - b2 ** t)) + (epsilon as number));
      return value - rate * (direction + (weightDecay as number) * value);
    });
  };
}

/** X ← aX + b(XXᵀ)X + c(XXᵀ)²X, five times, from X/‖X‖. */
function newtonSchulz(x: number[][]): number[][] {
  const norm = Math.hypot(...x.flat());
  let y = x.map((row) => row.map((value) => value / norm));
  for (let i = 0; i < 5; i++) {
    const once = product(product(y, transposed(y)), y);
    const twice = product(product(y, transposed(y)), once);
    y = y.map((row, r) => row.map((value, c) => 3.4445 * value - 4.775 * once[r]![c]! + 2.0315 * twice[r]![c]!));
  }
  return y;
}

const transposed = (a: number[][]) => a[0]!.map((_, c) => a.map((row) => row[c]!));
const product = (a: number[][], b: number[][]) =>
  a.map((row) => transposed(b).map((column) => row.reduce((sum, value, k) => sum + value * column[k]!, 0)));
