// The engine's TensorFlow for tests of recorded steps.
import { EngineError, installLibTensorFlow } from '@lin/engine';

/**
 * Fetches libtensorflow where there is none, so that a fresh machine tests it too. Why tests of it are skipped, where it is not available.
 */
export async function tensorFlowMissing(): Promise<string | undefined> {
  try {
    await installLibTensorFlow({ log: console.log });
    return undefined;
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
}
