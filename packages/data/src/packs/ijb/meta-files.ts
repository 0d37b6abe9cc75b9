// IJB-B's and IJB-C's three lists as InsightFace ships them: images with their landmarks, images with their templates, pairs of templates
// (onnx_ijbc.py).
import { join } from 'node:path';
import { lineBlocks, lineFault } from './line-blocks.js';

export type IjbRelease = 'IJBB' | 'IJBC';

/** An image of loose_crop/. */
export interface IjbFace {
  /** Its file's name. */
  name: string;
  /** x, y of the image-left eye, the right one, the nose and the two mouth corners, in pixels. */
  landmarks: Float32Array;
  /** The detector's, in [0, 1]. */
  score: number;
}

/** Which template and medium (a still, or a video) each image belongs to, in the order of the images. */
export interface IjbTemplates {
  templateIds: Int32Array;
  mediaIds: Int32Array;
}

export interface IjbPairs {
  first: Int32Array;
  second: Int32Array;
  /** 1 where the pair is one person, else 0. */
  same: Uint8Array;
}

export const metaFile = (
  folder: string,
  release: IjbRelease,
  list: 'name_5pts_score' | 'face_tid_mid' | 'template_pair_label',
) => join(folder, 'meta', `${release.toLowerCase()}_${list}.txt`);

/** In blocks. @throws RecordError with the line. */
export async function* readFaces(path: string): AsyncGenerator<IjbFace[], void, void> {
  for await (const { lines, first } of lineBlocks(path)) {
    yield lines.map((line, i) => {
      const fields = line.trim().split(/ +/);
      const [name, ...numbers] = [fields[0]!, ...fields.slice(1).map(Number)] as [string, ...number[]];
      if (numbers.length !== 11 || !numbers.every(Number.isFinite))
        throw lineFault(path, first + i, 'expected a name, ten coordinates and a score');
      return { name, landmarks: Float32Array.from(numbers.slice(0, 10)), score: Math.fround(numbers[10]!) };
    });
  }
}

/** @throws RecordError with the line. */
export async function readTemplates(path: string): Promise<IjbTemplates> {
  const ids: number[] = [];
  for await (const { lines, first } of lineBlocks(path)) {
    for (const [i, line] of lines.entries()) {
      const [, template, medium] = /^\S+ (\d{1,9}) (-?\d{1,9})\s*$/.exec(line) ?? [];
      if (medium === undefined) throw lineFault(path, first + i, 'expected a name, a template and a medium');
      ids.push(Number(template), Number(medium));
    }
  }
  return {
    templateIds: Int32Array.from({ length: ids.length / 2 }, (_, i) => ids[2 * i]!),
    mediaIds: Int32Array.from({ length: ids.length / 2 }, (_, i) => ids[2 * i + 1]!),
  };
}

/** In blocks. @throws RecordError with the line. */
export async function* readPairs(path: string): AsyncGenerator<IjbPairs & { line: number }, void, void> {
  for await (const { lines, first: line } of lineBlocks(path)) {
    const pairs = {
      first: new Int32Array(lines.length),
      second: new Int32Array(lines.length),
      same: new Uint8Array(lines.length),
      line,
    };
    for (let i = 0; i < lines.length; i++) {
      const text = lines[i]!;
      const second = text.indexOf(' ') + 1;
      const label = text.indexOf(' ', second) + 1;
      const [a, b] = [digits(text, 0, second - 1), digits(text, second, label - 1)];
      const same = text.slice(label).trim();
      if (second === 0 || label === 0 || a === -1 || b === -1 || (same !== '0' && same !== '1'))
        throw lineFault(path, line + i, 'expected two templates and 0 or 1');
      pairs.first[i] = a;
      pairs.second[i] = b;
      pairs.same[i] = same === '1' ? 1 : 0;
    }
    yield pairs;
  }
}

/** The number that is there, or −1; templates have up to nine digits. */
function digits(text: string, start: number, end: number): number {
  if (end <= start || end - start > 9) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
