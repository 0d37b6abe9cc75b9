// Time of the decompositions and of the closed-form A, in float64, beside numpy's (LAPACK) on the same matrices and latents.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { initEngine } from '@lin/engine';
import {
  eigenSymmetric,
  eigenvalues,
  expm,
  pseudoInverse,
  qr,
  scale,
  solve,
  svd,
  zeros,
  type Matrix,
} from '../src/index.js';
import { multiplyTransposed } from '../src/linear-algebra/matrix/product.js';
import { benchFit } from './fit.js';

const SIZES = [128, 256, 512];
const RUNS = 7;
/** With numpy, for the peer. */
const PYTHON = process.env['LIN_TEST_PYTHON'] ?? 'python3';

const OPERATIONS = {
  svd: (a: Matrix) => svd(a),
  pinv: (a: Matrix) => pseudoInverse(a),
  qr: (a: Matrix) => qr(a),
  solve: (a: Matrix) => solve(a, a),
  eigenSymmetric: (a: Matrix) => eigenSymmetric(multiplyTransposed(a, a)),
  eigenvalues: (a: Matrix) => eigenvalues(a),
  expm: (a: Matrix) => expm(scale(a, 1 / a.rows)),
};
type Operation = keyof typeof OPERATIONS;

interface Peer {
  peer: string;
  rows: { n: number; ms: Partial<Record<Operation, number>>; singularValues: number[] }[];
}

/** Entries of a linear congruential generator (Numerical Recipes), row by row. */
function matrix(n: number): Matrix {
  let state = 1;
  const a = zeros(n, n);
  for (let i = 0; i < n * n; i++) a.data[i] = (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  return a;
}

/** Median, after one run more. Slow ones are run once. */
function milliseconds(task: () => unknown): number {
  const once = () => {
    const start = performance.now();
    task();
    return performance.now() - start;
  };
  const first = once();
  if (first > 1000) return first;
  const times = Array.from({ length: RUNS }, once);
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)]!;
}

function runPeer(): Peer | null {
  const script = fileURLToPath(new URL('./peer_numpy.py', import.meta.url));
  const { status, stdout } = spawnSync(PYTHON, [script, ...SIZES.map(String)], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Peer) : null;
}

const measure = () =>
  SIZES.map((n) => ({
    n,
    ms: Object.fromEntries(Object.entries(OPERATIONS).map(([name, run]) => [name, milliseconds(() => run(matrix(n)))])),
  }));

const host = measure(); // before there is a backend
const { backend } = await initEngine();
const peer = runPeer();
const engine = measure();

console.log(
  peer
    ? `Decompositions in float64, median milliseconds, beside ${peer.peer}`
    : 'Decompositions in float64, median milliseconds. For a peer beside them: pip install numpy',
);
const number = (value: number | undefined) => (value === undefined ? '–' : value.toPrecision(3)).padStart(11);
console.log(
  `${'n'.padStart(5)}  ${'operation'.padEnd(15)}${'JavaScript'.padStart(11)}` +
    `${backend.padStart(11)}${'numpy'.padStart(11)}${'ratio'.padStart(11)}`,
);
const rows = SIZES.flatMap((n, i) =>
  (Object.keys(OPERATIONS) as Operation[]).map((operation) => {
    const [hostMs, ms, peerMs] = [host[i]!.ms[operation]!, engine[i]!.ms[operation]!, peer?.rows[i]?.ms[operation]];
    const ratioToNumpy = peerMs === undefined ? null : ms / peerMs;
    console.log(
      `${String(n).padStart(5)}  ` +
        `${operation.padEnd(15)}${number(hostMs)}${number(ms)}${number(peerMs)}${number(ratioToNumpy ?? undefined)}`,
    );
    return { n, operation, hostMs, ms, peerMs: peerMs ?? null, ratioToNumpy };
  }),
);

const expected = peer?.rows.at(-1)?.singularValues;
const { s } = svd(matrix(512));
const difference = expected ? Math.max(...expected.map((value, k) => Math.abs(value - s[k]!))) / expected[0]! : null;
const svd512 = { ...rows.find(({ n, operation }) => n === 512 && operation === 'svd')!, difference };

const fit = await benchFit({ python: PYTHON });
if (fit) {
  console.log(
    `fit of ${fit.rows} latents of ${fit.dim} on ${backend}, by ${fit.method}: ${number(fit.ms)} ms, ` +
      `numpy.linalg.lstsq ${number(fit.peerMs)} ms, ratio ${fit.ratioToNumpy.toFixed(2)}`,
  );
}
console.log(
  JSON.stringify({ bench: 'operator', peer: peer?.peer ?? null, node: process.version, backend, svd512, fit, rows }),
);
