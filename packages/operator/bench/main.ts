// Time of the decompositions and of the closed-form A, in float64, beside numpy's (LAPACK) on the same matrices and latents.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { initEngine } from '@lin/engine';
import { eigenvalues, pseudoInverse, singularValueDecomposition, type Rows } from '../src/decompositions.js';
import { benchFit } from './fit.js';

const SIZES = [128, 256, 512];
const OPERATIONS = ['svd', 'pinv', 'eigenvalues'] as const;
const RUNS = 3;
/** With numpy, for the peer. */
const PYTHON = process.env['LIN_TEST_PYTHON'] ?? 'python3';

interface PeerRow {
  n: number;
  svdMs: number;
  pinvMs: number;
  eigenvaluesMs: number;
  singularValues: number[];
}

interface Peer {
  peer: string;
  rows: PeerRow[];
}

/** Entries of a linear congruential generator (Numerical Recipes), row by row. */
function matrix(n: number): Rows {
  let state = 1;
  const next = () => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  return Array.from({ length: n }, () => Array.from({ length: n }, next));
}

function milliseconds(task: () => unknown): number {
  task();
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    task();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)]!;
}

function runPeer(): Peer | null {
  const script = fileURLToPath(new URL('./peer_numpy.py', import.meta.url));
  const { status, stdout } = spawnSync(PYTHON, [script, ...SIZES.map(String)], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Peer) : null;
}

const peer = runPeer();
console.log(peer ? `Decompositions in float64, median milliseconds, beside ${peer.peer}` : 'Decompositions in float64, median milliseconds. For a peer beside them: pip install numpy');
const number = (value: number | undefined) => (value === undefined ? '–' : value.toPrecision(3)).padStart(10);
console.log(`${'n'.padStart(5)}  ${'operation'.padEnd(12)}${'lin'.padStart(10)}${'numpy'.padStart(10)}${'lin/numpy'.padStart(10)}`);

const rows = SIZES.flatMap((n) => {
  const a = matrix(n);
  const beside = peer?.rows.find((row) => row.n === n);
  const { s } = singularValueDecomposition(a);
  const singularValueDifference = beside ? Math.max(...s.map((value, i) => Math.abs(value - beside.singularValues[i]!))) / s[0]! : null;
  const tasks = { svd: () => singularValueDecomposition(a), pinv: () => pseudoInverse(a), eigenvalues: () => eigenvalues(a) };
  return OPERATIONS.map((operation) => {
    const ms = milliseconds(tasks[operation]);
    const peerMs = beside?.[`${operation}Ms`];
    console.log(`${String(n).padStart(5)}  ${operation.padEnd(12)}${number(ms)}${number(peerMs)}${number(peerMs && ms / peerMs)}`);
    return { n, operation, ms, peerMs: peerMs ?? null, ratio: peerMs ? ms / peerMs : null, singularValueDifference };
  });
});
const { backend } = await initEngine();
const fit = await benchFit({ python: PYTHON });
if (fit) {
  console.log(`fit of ${fit.rows} latents of ${fit.dim} on ${backend}, by ${fit.method}: ${number(fit.ms)} ms, numpy.linalg.lstsq ${number(fit.peerMs)} ms, ratio ${fit.ratioToNumpy.toFixed(2)}`);
}
console.log(JSON.stringify({ bench: 'operator', peer: peer?.peer ?? null, node: process.version, backend, rows, fit }));
