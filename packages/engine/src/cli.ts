#!/usr/bin/env node
// lin-engine install | doctor
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { diagnose } from './diagnose.js';
import { EngineError } from './errors.js';
import { installLibTensorFlow } from './libtensorflow/install.js';

const USAGE = `Usage: lin-engine <command>

  install [--cuda] [--force]   fetches libtensorflow into the user's cache, once
  doctor                       says what was found, where, on which device, and how fast it is
`;

async function install(options: { cuda?: boolean; force?: boolean }): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const { library } = await installLibTensorFlow({
    cuda: options.cuda ?? 'auto',
    force: options.force ?? false,
    log: console.log,
    signal: stop.signal,
  });
  console.log(`libtensorflow: ${library}`);
}

async function doctor(): Promise<void> {
  const { node, libtensorflow, engine, gflops } = await diagnose();
  console.log(`Node            ${node}`);
  console.log(
    `libtensorflow   ${libtensorflow ? `${libtensorflow.library} (${libtensorflow.source})` : 'not found; lin-engine install fetches it'}`,
  );
  console.log(`Engine          ${engine.reason}`);
  console.log(`Device          ${engine.device}, ${engine.threads} thread${engine.threads === 1 ? '' : 's'}`);
  console.log(`Matrix product  ${gflops.matMul.toFixed(1)} GFLOP/s`);
  console.log(`Convolution     ${gflops.convolution.toFixed(1)} GFLOP/s`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { cuda: { type: 'boolean' }, force: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const command = positionals.join(' ');
  if (command === 'install') await install(values);
  else if (command === 'doctor') await doctor();
  else {
    process.stderr.write(USAGE);
    return 2;
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const stopped = (error as Error).name === 'AbortError';
  process.stderr.write(`${stopped ? 'Stopped; nothing was installed.' : (error as Error).message}\n`);
  const usage = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  process.exitCode = usage ? 2 : stopped ? 128 + constants.signals.SIGINT : 1;
  if (!usage && !(error instanceof EngineError) && process.env['LIN_DEBUG']) console.error(error);
}
