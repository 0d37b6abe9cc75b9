// What lin-engine can do: install | doctor.
import type { Command } from '@lin/command-line';
import { diagnose } from './diagnose.js';
import { installLibTensorFlow } from './libtensorflow/install.js';

const install: Command = {
  name: 'install',
  summary: "fetches libtensorflow into the user's cache, once",
  options: {
    cuda: { type: 'boolean', description: 'with its CUDA libraries (default: where nvidia-smi answers)' },
    force: { type: 'boolean', description: 'even where a libtensorflow is found already' },
  },
  async run(_operands, { cuda, force }, { signal }) {
    const { library } = await installLibTensorFlow({
      cuda: cuda === true || 'auto',
      force: force === true,
      log: console.log,
      signal,
    });
    console.log(`libtensorflow: ${library}`);
  },
};

const doctor: Command = {
  name: 'doctor',
  summary: 'says what was found, where, on which device, and how fast it is',
  async run() {
    const { node, libtensorflow, engine, gflops } = await diagnose();
    console.log(`Node            ${node}`);
    console.log(
      'libtensorflow   ' +
        (libtensorflow
          ? `${libtensorflow.library} (${libtensorflow.source})`
          : 'not found; lin-engine install fetches it'),
    );
    console.log(`Engine          ${engine.reason}`);
    console.log(`Device          ${engine.device}, ${engine.threads} thread${engine.threads === 1 ? '' : 's'}`);
    console.log(`Matrix product  ${gflops.matMul.toFixed(1)} GFLOP/s`);
    console.log(`Convolution     ${gflops.convolution.toFixed(1)} GFLOP/s`);
  },
};

export const commands: readonly Command[] = [install, doctor];
