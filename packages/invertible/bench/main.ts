// Rows and images a second through a vector flow and through image couplings, there, back and with gradients, beside the same layers in
// PyTorch and beside FrEIA; and how exactly flows of some depths come back.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EngineError, initEngine, type EngineOptions } from '@lin/engine';
import { roundTrips } from './round-trips.js';
import { subjects, type Pass } from './subjects.js';

const PASSES: readonly Pass[] = ['forward', 'inverse', 'gradient'];
const MIN_SECONDS = 1;

interface Rate {
  subject: string;
  pass: Pass;
  /** Rows or images a second. */
  perSecond: number;
}

interface Peer {
  peer: string;
  threads: number;
  rates: Rate[];
}

/** Samples a second of `task`: the best of as many runs as fit a second, which other work on the machine disturbs least. */
function rate(batch: number, task: () => void): number {
  task();
  const end = performance.now() + 1000 * MIN_SECONDS;
  let best = Infinity;
  do {
    const start = performance.now();
    task();
    best = Math.min(best, performance.now() - start);
  } while (performance.now() < end);
  return (1000 * batch) / best;
}

/** undefined where the machine does not have the backend. */
async function measure(backend: EngineOptions['backend']): Promise<Rate[] | undefined> {
  try {
    await initEngine({ backend, threads: 1 });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    console.log(error.message);
    return undefined;
  }
  return subjects().flatMap(({ name, batch, run, dispose }) => {
    const rates = PASSES.map((pass) => ({ subject: name, pass, perSecond: rate(batch, () => run(pass)) }));
    dispose();
    return rates;
  });
}

function runPeers(): Peer[] {
  const script = fileURLToPath(new URL('./peer_torch.py', import.meta.url));
  const { status, stdout } = spawnSync(process.env['LIN_TEST_PYTHON'] ?? 'python3', [script], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Peer[]) : [];
}

/** The vector flow's step as a recorded graph, on all cores, in a process of its own: null where there is no TensorFlow. */
function recordedStep(): unknown {
  const script = fileURLToPath(new URL('./recorded-step.ts', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, script], { encoding: 'utf8' });
  return status === 0 ? JSON.parse(stdout.trim().split('\n').at(-1)!) : null;
}

const cell = (value: number | null | undefined) => (value == null ? '–' : value.toPrecision(3)).padStart(12);

// Plain JavaScript takes minutes: `npm run bench -- wasm cpu`.
const asked = (process.argv.length > 2 ? process.argv.slice(2) : ['tensorflow', 'wasm']) as NonNullable<
  EngineOptions['backend']
>[];
const own = new Map<EngineOptions['backend'], Rate[]>();
for (const backend of asked) {
  const rates = await measure(backend);
  if (rates) own.set(backend, rates);
}
const backends = [...own.keys()] as NonNullable<EngineOptions['backend']>[];
const peers = runPeers();
const columns = [
  ...backends.map((backend) => [backend, own.get(backend)!] as const),
  ...peers.map(({ peer, rates }) => [peer, rates] as const),
];

console.log('Samples a second, each on one thread.');
if (peers.length === 0) console.log('For peers beside them: pip install torch FrEIA');
if (peers.length > 0) console.log(`Beside ${peers.map(({ peer }) => peer).join(' and ')}.`);
console.log(`${''.padEnd(34)}${columns.map(([name]) => name.split(' ')[0]!.padStart(12)).join('')}`);
const rows = own.get(backends[0]!)!.map(({ subject, pass }) => {
  const of = (rates: readonly Rate[]) =>
    rates.find((rate) => rate.subject === subject && rate.pass === pass)?.perSecond ?? null;
  const values = columns.map(([name, rates]) => [name, of(rates)] as const);
  console.log(`${`${subject}, ${pass}`.padEnd(34)}${values.map(([, value]) => cell(value)).join('')}`);
  const [[, lin], beside] = [values[0]!, values[backends.length]?.[1]];
  return { subject, pass, perSecond: Object.fromEntries(values), ratio: lin && beside ? lin / beside : null };
});

await initEngine({ backend: backends[0]!, threads: 1 });
console.log(
  '\nRound trip of a vector flow of 64 with random parameters: the worst of 512 rows, and the largest gain of the inverse at them.',
);
console.log(
  `${'K'.padStart(4)}${'c'.padStart(8)}${'spread'.padStart(8)}${'error'.padStart(12)}${'gain'.padStart(12)}${'error/gain'.padStart(12)}`,
);
const errors = roundTrips();
for (const { blocks, maxLogScale, spread, error, gain } of errors) {
  console.log(
    `${String(blocks).padStart(4)}${maxLogScale.toFixed(2).padStart(8)}${spread.toFixed(1).padStart(8)}` +
      [error, gain, error / gain].map((value) => value.toExponential(1).padStart(12)).join(''),
  );
}

const vectorFlow512 = recordedStep();
console.log(`\nVector flow 512, K = 4, forward and backward, recorded: ${JSON.stringify(vectorFlow512)}`);

console.log(
  JSON.stringify({
    bench: 'invertible',
    node: process.version,
    peers: peers.map(({ peer, threads }) => ({ peer, threads })),
    rows,
    vectorFlow512,
    roundTrips: errors,
  }),
);
