// An --align module: 112×112 pixels of the picture's top left, slowly, so that an import can be stopped in its middle. Pictures 117 pixels
// wide show no face.
import { setTimeout as sleep } from 'node:timers/promises';

export default async function align({ data, width }) {
  await sleep(20);
  if (width === 117) return null;
  const face = new Uint8Array(112 * 112 * 3);
  for (let y = 0; y < 112; y++) face.set(data.subarray(y * width * 3, (y * width + 112) * 3), y * 112 * 3);
  return face;
}
