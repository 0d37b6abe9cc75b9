// The training step of the authors' notebook's sandwich: plain tfjs, the engine op by op, recorded, recorded in bfloat16, and PyTorch in
// its best settings beside them. Every line is a process of its own, one after the other.
import { spawnSync } from 'node:child_process';
import { computesInBfloat16 } from '../src/recording/session-options.js';
import { bundled, here } from './bundled.js';
import { FLOPS_PER_IMAGE } from './notebook-sandwich.js';

const BATCH = 64;
const STEPS = 10;
export const NO_BFLOAT16 = 'this CPU has no instructions for bfloat16 (AVX512-BF16 or AMX)';
const PEER_CONFIGS = ['plain', 'channels last', 'channels last, fused Adam', 'compiled', 'bfloat16'] as const;

export interface SandwichLine {
  name: string;
  precision: 'float32' | 'bfloat16';
  imagesPerSecond: number;
  peakRssMB: number;
  /** Seconds that recording took, verification included. */
  recordSeconds?: number;
}

type Measured = Pick<SandwichLine, 'imagesPerSecond' | 'peakRssMB' | 'recordSeconds'>;

function lastLine(command: string, args: readonly string[]): Measured | undefined {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  // a peer may be missing, we may not
  if (status !== 0 && command === process.execPath) throw new Error(`${args.join(' ')}: ${stderr.slice(-2000)}`);
  return status === 0 ? (JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured) : undefined;
}

const ours = (script: string, mode: string) => lastLine(process.execPath, [script, mode, String(BATCH), String(STEPS)]);

const theirs = (config: string, threads: number) =>
  lastLine('python3', [
    here('peer_sandwich.py'),
    config,
    '--threads',
    String(threads),
    '--batch',
    String(BATCH),
    '--steps',
    String(STEPS),
  ]);

/** Measures and prints; `gemm` is this machine's measured peak in GFLOP/s. */
export async function measureSandwiches({ threads, gemm }: { threads: number; gemm: number }) {
  console.log(
    `\n${'training step, batch 64'.padEnd(46)}${'images/s'.padStart(10)}` +
      `${'GFLOP/s'.padStart(10)}${'of GEMM'.padStart(9)}${'peak MB'.padStart(9)}`,
  );
  const lines: SandwichLine[] = [];
  const add = (line: Omit<SandwichLine, keyof Measured>, measured: Measured | undefined) => {
    if (!measured) return;
    lines.push({
      ...line,
      imagesPerSecond: measured.imagesPerSecond,
      peakRssMB: measured.peakRssMB,
      ...(measured.recordSeconds && { recordSeconds: measured.recordSeconds }),
    });
    const gflops = (measured.imagesPerSecond * FLOPS_PER_IMAGE) / 1e9;
    const cells = [
      measured.imagesPerSecond.toFixed(1).padStart(10),
      gflops.toFixed(0).padStart(10),
      `${((100 * gflops) / gemm).toFixed(0)} %`.padStart(9),
      measured.peakRssMB.toFixed(0).padStart(9),
    ];
    console.log(line.name.padEnd(46) + cells.join(''));
  };
  const script = await bundled('measure-step.ts');
  const modes = ['plain', 'eager', 'float32', ...(computesInBfloat16() ? ['bfloat16'] : [])];
  for (const mode of modes) {
    add(
      { name: `seed sandwich, ${LABELS[mode]}`, precision: mode === 'bfloat16' ? mode : 'float32' },
      ours(script, mode),
    );
  }
  for (const config of PEER_CONFIGS) {
    add(
      {
        name: `seed sandwich, PyTorch, ${config}`,

        precision: config === 'bfloat16' ? config : 'float32',
      },
      theirs(config, threads),
    );
  }
  if (!lines.some(({ name }) => name.includes('PyTorch')))
    console.log('PyTorch is not measured: python3 cannot import torch (pip install torch).');
  return { lines, ...ratios(lines) };
}

const LABELS: Record<string, string> = {
  plain: 'stock tfjs ops',
  eager: 'op by op',
  float32: 'recorded',
  bfloat16: 'recorded, bfloat16',
};

function ratios(lines: readonly SandwichLine[]) {
  const find = (name: string) => lines.find((line) => line.name === `seed sandwich, ${name}`);
  const bestPeer = (precision: string) =>
    lines
      .filter((line) => line.name.includes('PyTorch') && line.precision === precision)
      .reduce<SandwichLine | undefined>(
        (best, line) => (best && best.imagesPerSecond > line.imagesPerSecond ? best : line),
        undefined,
      );
  const ratio = (line: SandwichLine | undefined, other: SandwichLine | undefined) =>
    line && other ? line.imagesPerSecond / other.imagesPerSecond : null;
  const [recorded, bfloat16, plain, peer, peerBfloat16] = [
    find('recorded'),
    find('recorded, bfloat16'),
    find('stock tfjs ops'),
    bestPeer('float32'),
    bestPeer('bfloat16'),
  ];
  return {
    ratioToBestPeer: ratio(recorded, peer),
    ratioToEager: ratio(recorded, plain),
    bf16: bfloat16 ? { ratioToBestPeer: ratio(bfloat16, peerBfloat16) } : null,
    ...(bfloat16 ? {} : { bf16Reason: NO_BFLOAT16 }),
    ratioOfPeakMemory: recorded && peer ? recorded.peakRssMB / peer.peakRssMB : null,
    from: {
      recorded: recorded?.name,
      eager: plain?.name,
      peer: peer?.name,
      bf16: bfloat16?.name,
      peerBf16: peerBfloat16?.name,
    },
  };
}
