// Which faces of a crowd are meant, where only some are wanted (insightface python-package, model_zoo/scrfd.py: detect with max_num): large
// ones near the middle.
import type { RgbImage } from '../photo/rgb-image.js';
import type { Detection } from './decode-scrfd.js';

/**
 * All of them as they are where there are no more than `count`; else those with the largest area − 2·(distance to the picture's centre)²,
 * best first, of equals the later one.
 */
export function chooseFaces<Face extends Pick<Detection, 'box'>>(
  faces: readonly Face[],
  count: number,
  { width, height }: Pick<RgbImage, 'width' | 'height'>,
): Face[] {
  if (faces.length <= count) return [...faces];
  const [centreX, centreY] = [Math.floor(width / 2), Math.floor(height / 2)];
  const { fround } = Math;
  const prominence = ({ box }: Face) => {
    const [left, top, right, bottom] = box as unknown as [number, number, number, number];
    const area = fround(fround(right - left) * fround(bottom - top));
    const x = fround(fround(fround(left + right) / 2) - centreX);
    const y = fround(fround(fround(top + bottom) / 2) - centreY);
    return fround(area - fround(fround(fround(x * x) + fround(y * y)) * 2));
  };
  return faces
    .map((face) => ({ face, value: prominence(face) }))
    .reverse()
    .sort((a, b) => b.value - a.value)
    .slice(0, count)
    .map(({ face }) => face);
}
