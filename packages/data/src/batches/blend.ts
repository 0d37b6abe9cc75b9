// A picture of two faces: mixup (Zhang, Cissé, Dauphin, Lopez-Paz 2018, https://arxiv.org/abs/1710.09412) of images, whose target is not
// blended but the teacher's own of the picture.

/** image ← share · image + (1 − share) · other, rounded, byte by byte. */
export function blend(image: Uint8Array, other: Uint8Array, share: number): void {
  for (let i = 0; i < image.length; i++) image[i] = share * image[i]! + (1 - share) * other[i]! + 0.5;
}
