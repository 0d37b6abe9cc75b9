// TensorFlow's wheels by pip: whichever registry and proxy the user's pip is set up with are the ones used.
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EngineError } from '../errors.js';

const run = promisify(execFile);

// The wheel's Python does not matter to us, only its libraries; naming one makes any pip, of any Python, find it.
const PYTHON = ['--implementation', 'cp', '--python-version', '3.12', '--abi', 'cp312'];

const PLATFORMS: Record<string, { tag: string; cpuPackage: string }> = {
  'linux-x64': { tag: 'manylinux_2_27_x86_64', cpuPackage: 'tensorflow-cpu' },
  'linux-arm64': { tag: 'manylinux_2_27_aarch64', cpuPackage: 'tensorflow' },
  'darwin-arm64': { tag: 'macosx_12_0_arm64', cpuPackage: 'tensorflow' },
};

const PIPS = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];

export interface DownloadWheelsOptions {
  folder: string;
  version: string;
  cuda: boolean;
  signal?: AbortSignal;
}

/** Downloads the wheels that hold libtensorflow (and CUDA's libraries) into `folder`; returns their files. @throws EngineError */
export async function downloadWheels({ folder, version, cuda, signal }: DownloadWheelsOptions): Promise<string[]> {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`];
  if (!platform) throw new EngineError(`there is no TensorFlow wheel for ${process.platform}-${process.arch}`);
  const pip = await findPip();
  const wanted = cuda ? [`tensorflow[and-cuda]==${version}`] : ['--no-deps', `${platform.cpuPackage}==${version}`];
  const args = [
    ...pip.slice(1),
    'download',
    '--quiet',
    '--no-color',
    '--disable-pip-version-check',
    '--no-input',
    '--retries',
    '2',
    '--timeout',
    '20',
    '--only-binary',
    ':all:',
    '--platform',
    platform.tag,
    ...PYTHON,
    '--dest',
    folder,
    ...wanted,
  ];
  await run(pip[0]!, args, { signal }).catch((error: Error & { stderr?: string }) => {
    if (error.name === 'AbortError') throw error;
    const reason =
      /^ERROR: (.*)$/m.exec(error.stderr ?? '')?.[1] ??
      error.stderr?.trim().split('\n').at(-1) ??
      error.message.split('\n')[0];
    throw new EngineError(`pip download failed: ${reason}`);
  });
  const files = await readdir(folder);
  return files
    .filter((file) => /^(tensorflow(_cpu)?|nvidia_[^-]+)-.*\.whl$/.test(file))
    .map((file) => join(folder, file));
}

/** Whether an NVIDIA driver answers. */
export async function hasNvidiaGpu(): Promise<boolean> {
  return run('nvidia-smi', ['-L'], { timeout: 10_000 }).then(
    ({ stdout }) => stdout.includes('GPU'),
    () => false,
  );
}

async function findPip(): Promise<string[]> {
  for (const pip of PIPS) {
    const works = await run(pip[0]!, [...pip.slice(1), '--version']).then(
      () => true,
      () => false,
    );
    if (works) return pip;
  }
  throw new EngineError('pip is not installed');
}
