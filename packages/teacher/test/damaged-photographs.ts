// Photographs cut short, overwritten or no pictures at all, each of which must be an error of its own.
import { expect } from 'vitest';
import sharp from 'sharp';
import type { FaceAnalyzer } from '../src/face-analyzer.js';
import { PhotoError } from '../src/photo/photo-error.js';
import type { RgbImage } from '../src/photo/rgb-image.js';

const AT_ONCE = 50;

export async function refuseDamaged(
  analyzer: FaceAnalyzer,
  { data, width, height }: RgbImage,
  count: number,
): Promise<void> {
  const encode = (format: 'jpeg' | 'png' | 'webp') =>
    sharp(data, { raw: { width, height, channels: 3 } })
      .toFormat(format)
      .toBuffer();
  const whole = await Promise.all([encode('jpeg'), encode('png'), encode('webp')]);
  let state = 1;
  const random = (below: number) =>
    Math.floor(((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * below);
  const damages: ((bytes: Buffer) => Buffer)[] = [
    (bytes) => bytes.subarray(0, random(Math.floor(bytes.length * 0.9))), // cut short
    (bytes) => Buffer.concat([Buffer.alloc(1 + random(64)), bytes]), // not at its beginning
    (bytes) => Buffer.from(bytes).fill(0, 0, 4 + random(60)), // no header
    (bytes) => Buffer.from(bytes).fill(random(256), 2 + random(10), Math.floor(bytes.length * 0.8)), // overwritten
    () => Buffer.from(Array.from({ length: random(300) }, () => random(256))), // not a picture
  ];
  for (let i = 0; i < count; i += AT_ONCE) {
    const errors = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, k) =>
        analyzer.analyze(damages[(i + k) % 5]!(whole[(i + k) % 3]!)).catch((error: unknown) => error),
      ),
    );
    for (const error of errors) {
      expect(error).toBeInstanceOf(PhotoError);
      expect((error as Error).message).not.toContain('\n');
    }
  }
  // the whole ones are read, of course
  for (const bytes of whole) expect((await analyzer.analyze(bytes, { maxFaces: 1 })).width).toBe(width);
}
