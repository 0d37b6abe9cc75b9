// Bytes to what ArcFace models take: NCHW planes in RGB order, scaled (facts: insightface python-package, arcface_onnx.py).
export const INPUT_SIZE = 112;
export const IMAGE_LENGTH = INPUT_SIZE * INPUT_SIZE * 3;
const PLANE = INPUT_SIZE * INPUT_SIZE;

/** Pixels enter a network as (x − mean) / scale. */
export interface PixelScaling {
  mean: number;
  scale: number;
}

/** RGB bytes [count, 112, 112, 3], count ≤ batchSize → float32 [batchSize, 3, 112, 112]; images that are not there are zero. */
export function toPlanes(images: Uint8Array, batchSize: number, { mean, scale }: PixelScaling): Float32Array<ArrayBuffer> {
  const pixelOfByte = Float32Array.from({ length: 256 }, (_, byte) => (byte - mean) / scale);
  const planes = new Float32Array(batchSize * IMAGE_LENGTH);
  for (let image = 0; image < images.length / IMAGE_LENGTH; image++) {
    for (let channel = 0; channel < 3; channel++) {
      const plane = (image * 3 + channel) * PLANE;
      for (let i = 0, at = image * IMAGE_LENGTH + channel; i < PLANE; i++, at += 3) planes[plane + i] = pixelOfByte[images[at]!]!;
    }
  }
  return planes;
}
