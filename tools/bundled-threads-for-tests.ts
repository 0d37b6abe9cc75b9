// The threads of the sources, bundled once for all files of tests: a loader of TypeScript takes longer in a thread than most of its work.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { env } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TestProject } from 'vitest/node';
import { bundleForTests } from './bundle-for-tests.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const THREADS = [
  'packages/data/src/batches/decode-worker.ts',
  'packages/data/src/sample-faces/draw-worker.ts',
  'packages/teacher/src/session/session-worker.ts',
].map((path) => `${ROOT}${path}`);

/** `LIN_TEST_BUNDLES` tells the workers' entries, which processes of tests inherit, where the bundles are. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parent = `${ROOT}node_modules/.cache`; // where other people's packages are found
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(`${parent}/lin-threads-`);
  const bundle = () => bundleForTests(THREADS, folder);
  await bundle();
  project.onTestsRerun(bundle);
  env['LIN_TEST_BUNDLES'] = pathToFileURL(folder).href;
  return () => rm(folder, { recursive: true, force: true });
}
