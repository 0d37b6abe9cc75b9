// The training step of the default model, the image flow, at both of its sizes, beside every configuration of the same network in PyTorch:
// each a process of its own, which take turns, so that whatever else the machine does slows all alike.
import { FLOW_SIZES, type FlowSize } from './image-flow-sandwich.js';
import { bundled, here } from './bundled.js';
import { NO_BFLOAT16 } from './sandwich.js';
import { StepServer } from './step-server.js';
import { computesInBfloat16 } from '../src/recording/session-options.js';

const BATCH = 64;
const ROUNDS = 7;
const PEER_CONFIGS = ['plain', 'channels-last', 'compiled', 'checkpoint', 'invertible'];
/** Whose peak memory ours is measured against: its fastest eager one as a rule. */
const OF_MEMORY = 'channels-last';

interface FlowLine {
  name: string;
  precision: 'float32' | 'bfloat16';
  isPeer: boolean;
  imagesPerSecond: number;
  cpuSeconds: number;
  peakRssMB: number;
  parameters: number;
  /** Until the first step has run: recording, verification, and TensorFlow's optimisation of the graph. */
  recordSeconds?: number;
}

type Candidate = Pick<FlowLine, 'name' | 'precision' | 'isPeer'> & { server: StepServer };

/** Measures and prints. */
export async function measureImageFlows({ threads }: { threads: number }) {
  const lines = new Map<FlowSize, FlowLine[]>();
  for (const size of FLOW_SIZES) lines.set(size, await measureSize(size, threads));
  const [full, sample] = [lines.get('full')!, lines.get('sample')!];
  return {
    flow: figures(full),
    flowSample: figures(sample),
    recordSeconds: full.find(({ name }) => name === 'recorded')!.recordSeconds,
  };
}

async function measureSize(size: FlowSize, threads: number): Promise<FlowLine[]> {
  console.log(
    `\n${`image flow, ${size} size, batch ${BATCH}, in turn`.padEnd(46)}${'images/s'.padStart(10)}${'CPU s'.padStart(10)}` +
      `${'peak MB'.padStart(10)}${'recording s'.padStart(13)}`,
  );
  const bfloat16 = computesInBfloat16() ? (['bfloat16'] as const) : [];
  const script = await bundled('flow-server.ts');
  const server = (precision: string) => new StepServer(process.execPath, [script, size, precision, String(BATCH)]);
  const peer = (config: string) =>
    new StepServer('python3', [here('peer_image_flow.py'), size, config, String(threads), String(BATCH)]);
  const candidates = [
    ...(['float32', ...bfloat16] as const).map((precision): Candidate => ({
      name: precision === 'float32' ? 'recorded' : 'recorded, bfloat16',
      precision,
      isPeer: false,
      server: server(precision),
    })),
    ...[...PEER_CONFIGS, ...bfloat16].map((config): Candidate => ({
      name: `PyTorch, ${config}`,
      precision: config === 'bfloat16' ? 'bfloat16' : 'float32',
      isPeer: true,
      server: peer(config),
    })),
  ];
  const ready: Candidate[] = [];
  for (const candidate of candidates) if (await candidate.server.start()) ready.push(candidate);
  for (let round = 0; round < ROUNDS; round++) for (const { server } of ready) await server.step();
  const lines: FlowLine[] = [];
  for (const { server, ...candidate } of ready) {
    const { seconds, cpuSeconds, ...rest } = await server.end();
    const line: FlowLine = { ...candidate, imagesPerSecond: BATCH / seconds, cpuSeconds, ...rest };
    lines.push(line);
    console.log(
      candidate.name.padEnd(46) +
        line.imagesPerSecond.toFixed(1).padStart(10) +
        cpuSeconds.toFixed(2).padStart(10) +
        line.peakRssMB.toFixed(0).padStart(10) +
        (line.recordSeconds?.toFixed(1) ?? '–').padStart(13),
    );
  }
  if (!lines.some(({ isPeer }) => isPeer)) console.log('PyTorch is not measured: python3 cannot import torch.');
  const sizes = new Set(lines.map(({ parameters }) => parameters));
  if (sizes.size > 1) throw new Error(`The networks differ: ${[...sizes].join(' and ')} parameters.`);
  return lines;
}

function figures(lines: readonly FlowLine[]) {
  const own = (precision: string) => lines.find((line) => !line.isPeer && line.precision === precision);
  const bestPeer = (precision: string) =>
    lines
      .filter((line) => line.isPeer && line.precision === precision)
      .sort((a, b) => b.imagesPerSecond - a.imagesPerSecond)[0];
  const ratio = (precision: string) => {
    const [recorded, peer] = [own(precision), bestPeer(precision)];
    return recorded && peer ? recorded.imagesPerSecond / peer.imagesPerSecond : null;
  };
  const memory = lines.find(({ name }) => name === `PyTorch, ${OF_MEMORY}`);
  return {
    ratioToBestPeer: ratio('float32'),
    ratioOfPeakMemory: memory ? own('float32')!.peakRssMB / memory.peakRssMB : null,
    bestPeer: bestPeer('float32')?.name ?? null,
    bf16: own('bfloat16') ? { ratioToBestPeer: ratio('bfloat16') } : null,
    ...(own('bfloat16') ? {} : { bf16Reason: NO_BFLOAT16 }),
    lines,
  };
}
