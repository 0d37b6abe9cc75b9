// Photographs for tests: drawn faces with known landmarks, in a picture at any place; and real ones where LIN_TEST_PHOTOS names a folder
// with the ORL faces.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleFace } from '@lin/data';
import { transformPoints, type Similarity } from '../src/alignment/similarity.js';
import { warp } from '../src/alignment/warp.js';
import type { RgbImage } from '../src/photo/rgb-image.js';

export interface Place {
  /** Of the crop's 112 pixels. */
  scale: number;
  /** Radians. */
  angle: number;
  /** Where the crop's corner comes to lie. */
  x: number;
  y: number;
}

export const similarityOf = ({ scale, angle, x, y }: Place): Similarity => ({
  a: scale * Math.cos(angle),
  b: scale * Math.sin(angle),
  tx: x,
  ty: y,
});

export interface DrawnPhoto {
  image: RgbImage;
  /** Of each face, in the picture. */
  landmarks: Float64Array[];
}

/** A square picture of people, on black. */
export function drawnPhoto(size: number, faces: readonly (Place & { identity: number })[]): DrawnPhoto {
  const data = new Uint8Array(size * size * 3);
  const landmarks = faces.map((face) => {
    const drawn = sampleFace({ identity: face.identity });
    warp({ data: drawn.pixels, width: 112, height: 112 }, similarityOf(face), size).forEach(
      (value, i) => (data[i] = Math.max(data[i]!, value)),
    );
    return transformPoints(drawn.landmarks, similarityOf(face));
  });
  return { image: { data, width: size, height: size }, landmarks };
}

export const PHOTOS = process.env['LIN_TEST_PHOTOS'];

/** The first photograph of each of the first `people` in the folder: grey, 92×112. */
export async function realPhotos(people: number): Promise<RgbImage[]> {
  const folder = join(PHOTOS!, 'orl_faces');
  const names = (await readdir(folder))
    .filter((name) => /^s\d+$/.test(name))
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  return Promise.all(names.slice(0, people).map(async (name) => parsePgm(await readFile(join(folder, name, '1.pgm')))));
}

/** Netpbm's binary greymap: "P5", width, height, 255, then the pixels. */
function parsePgm(bytes: Buffer): RgbImage {
  const [header, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(
    bytes.subarray(0, 64).toString('latin1'),
  ) as unknown as [string, string, string];
  const grey = bytes.subarray(header.length);
  return {
    data: Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)]!),
    width: Number(width),
    height: Number(height),
  };
}
