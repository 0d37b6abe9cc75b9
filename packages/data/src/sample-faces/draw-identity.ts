// All faces of one identity of a sample set, as the JPEGs that its records hold.
import { encodeSampleFace, sampleFace } from './sample-face.js';

export interface IdentityToDraw {
  seed: number;
  identity: number;
  /** How many faces. */
  images: number;
}

/** The same bytes in whatever thread. */
export function drawIdentity({ seed, identity, images }: IdentityToDraw): Promise<Uint8Array[]> {
  return Promise.all(
    Array.from({ length: images }, (_, image) => encodeSampleFace(sampleFace({ seed, identity, image }))),
  );
}
