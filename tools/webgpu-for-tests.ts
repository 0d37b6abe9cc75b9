// A GPU for the tests: this machine's, or SwiftShader, Google's Vulkan on the CPU, as the npm package @sparticuz/chromium ships it.
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import koffi from 'koffi';
import { extract } from 'tar';

const require = createRequire(import.meta.url);
const VERSION = '147.0.0'; // of the package, whose files stay unpacked in the temporary folder

/** `start`s the webgpu engine, on SwiftShader where it finds no GPU. Why webgpu's tests are skipped, where that fails too; undefined where it runs. */
export async function webGpuMissing(start: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await start().catch(async (error: unknown) => ((await useSwiftShader()) ? start() : Promise.reject(error)));
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'EngineError')) throw error;
    console.warn(`WEBGPU IS NOT TESTED: ${error.message}`);
    return error.message;
  }
}

/** Makes SwiftShader the one Vulkan driver of this process; false where the package has none for this machine, which is not Linux on x64. */
async function useSwiftShader(): Promise<boolean> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  const folder = await unpacked();
  koffi.load(join(folder, 'libvulkan.so.1')); // Vulkan's loader: Dawn takes the one that is there already
  process.env['VK_ICD_FILENAMES'] = join(folder, 'vk_swiftshader_icd.json');
  return true;
}

async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), `lin-swiftshader-${VERSION}`);
  if (existsSync(folder)) return folder;
  const partial = await mkdtemp(`${folder}-`);
  const archive = join(dirname(require.resolve('@sparticuz/chromium')), '../../bin/swiftshader.tar.br');
  await pipeline(createReadStream(archive), createBrotliDecompress(), extract({ cwd: partial }));
  await rename(partial, folder).catch(async (error: unknown) => {
    if (!existsSync(folder)) throw error; // another process was first
    await rm(partial, { recursive: true });
  });
  return folder;
}
