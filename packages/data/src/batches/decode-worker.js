// decode-worker.ts where Lin runs from its sources. In the package this file is that one, compiled.
import { env } from 'node:process';

if (env.LIN_TEST_BUNDLES) {
  await import(`${env.LIN_TEST_BUNDLES}/data/src/batches/decode-worker.mjs`); // by tools/bundled-threads-for-tests.ts
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./decode-worker.ts');
}
