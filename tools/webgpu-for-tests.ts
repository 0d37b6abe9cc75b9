// A GPU for the tests: this machine's, or SwiftShader, Google's Vulkan on the CPU, as the npm package @sparticuz/chromium ships it.
import { join } from 'node:path';
import koffi from 'koffi';
import { noBinaries, unpackArchive, unpackOnce } from './unpack-for-tests.js';

/**
 * `start`s the webgpu engine, on SwiftShader where it finds no GPU: here, and in every process that this one starts with its environment.
 * Why webgpu's tests are skipped, where that fails too; undefined where it runs.
 */
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

/** Makes SwiftShader the one Vulkan driver of this process and its children; false where it does not load here. */
async function useSwiftShader(): Promise<boolean> {
  if (noBinaries) return false;
  const folder = await unpackOnce('swiftshader', (partial) => unpackArchive('swiftshader.tar.br', partial));
  try {
    koffi.load(join(folder, 'libvulkan.so.1')); // Vulkan's loader: Dawn takes the one that is there already
  } catch (error) {
    console.warn(`SWIFTSHADER IS NOT USED: ${(error as Error).message}`); // another libc, or a folder without execution
    return false;
  }
  process.env['VK_ICD_FILENAMES'] = join(folder, 'vk_swiftshader_icd.json');
  // The dynamic linker reads this once, at a process's start: it is for the children, which find the loader there.
  process.env['LD_LIBRARY_PATH'] = [folder, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  return true;
}
