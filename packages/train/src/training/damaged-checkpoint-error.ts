import { SafetensorsError } from '@lin/safetensors';

/** A checkpoint whose bytes are not those that were written: cut off, zeros, turned bits, an edit. An older one may be whole. */
export class DamagedCheckpointError extends SafetensorsError {
  override name = 'DamagedCheckpointError';
}
