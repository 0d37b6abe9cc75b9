// A photograph with what was found on it: boxes, landmarks and labels, drawn as SVG over the pixels.
import sharp from 'sharp';
import type { Detection } from '../detection/decode-scrfd.js';
import type { RgbImage } from '../photo/rgb-image.js';

export interface LabelledFace extends Pick<Detection, 'box' | 'landmarks'> {
  /** Written above the box; may be empty. */
  label: string;
}

const COLOUR = '#00e676';

/** An encoded picture of the photograph's size. `format` is one of sharp's: "png", "jpg", "webp". */
export async function drawFaces(
  { data, width, height }: RgbImage,
  faces: readonly LabelledFace[],
  format: string,
): Promise<Buffer> {
  const line = Math.max(1, Math.round(Math.max(width, height) / 400)); // as thick on any photograph
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${faces
    .map((face) => markOf(face, line))
    .join('')}</svg>`;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .toFormat(format as 'png')
    .toBuffer();
}

function markOf({ box, landmarks, label }: LabelledFace, line: number): string {
  const [left, top, right, bottom] = Array.from(box) as [number, number, number, number];
  const frame =
    `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="none" stroke="${COLOUR}" ` +
    `stroke-width="${line}"/>`;
  const points = Array.from(
    { length: landmarks.length / 2 },
    (_, i) => `<circle cx="${landmarks[2 * i]}" cy="${landmarks[2 * i + 1]}" r="${1.5 * line}" fill="${COLOUR}"/>`,
  );
  const size = 7 * line;
  const y = top > size + line ? top - 2 * line : bottom + size; // below where there is no room above
  const text =
    `<text x="${left}" y="${y}" font-family="sans-serif" font-size="${size}" fill="${COLOUR}" stroke="black" ` +
    `stroke-width="${line / 4}">${escaped(label)}</text>`;
  return [frame, ...points, label === '' ? '' : text].join('');
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
