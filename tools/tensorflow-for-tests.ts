// The engine's TensorFlow for the tests. libtensorflow is fetched where the machine has none yet (it is cached): on a fresh machine the
// tensorflow half of a test runs, or says aloud why it cannot.
import { env } from 'node:process';
import { EngineError, installLibTensorFlow } from '@lin/engine';

/** Why TensorFlow's tests are skipped: no libtensorflow here and no network to fetch one. Any other failure fails the tests. */
export async function tensorFlowMissing(): Promise<string | undefined> {
  if (env['LIN_LIBTENSORFLOW'] === 'none') delete env['LIN_LIBTENSORFLOW'];
  delete env['LIN_BACKEND'];
  try {
    await installLibTensorFlow({ log: console.log });
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError && error.message.includes('could not be fetched'))) throw error;
    console.warn(`TENSORFLOW IS NOT TESTED: ${error.message}`);
    return error.message;
  }
}
