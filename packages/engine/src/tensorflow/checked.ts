// A call into TensorFlow's C API with a status of its own, which is looked at and freed.
import { TensorFlowError } from '../errors.js';
import { TF_OK, type Pointer, type TensorFlowLibrary } from './c-api.js';

/** @throws TensorFlowError that begins with `what`, where the status is not OK after `work`. */
export function checked<T>(tf: TensorFlowLibrary, what: string, work: (status: Pointer) => T): T {
  const status = tf.newStatus();
  try {
    const result = work(status);
    if (tf.code(status) !== TF_OK) throw new TensorFlowError(`${what}: ${tf.message(status)}`);
    return result;
  } finally {
    tf.deleteStatus(status);
  }
}
