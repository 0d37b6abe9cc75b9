// YuNet (Wu, Peng and Yu, Machine Intelligence Research 20, 2023), as OpenCV's zoo has it: face_detection_yunet_2023mar.onnx. One
// candidate a cell, decoded as OpenCV does (objdetect/src/face_detect.cpp: postProcess).
import { TeacherError } from '../errors.js';
import { BOX_NUMBERS, LANDMARK_NUMBERS, type Detection } from './decode-scrfd.js';
import { STRIDES, type DetectorKind, type NetworkOutputs } from './detector-kind.js';

/** Class and objectness, 0 … 1, whose geometric mean is the score; centre and logarithm of the sides, in cells; five points. */
const NUMBERS = { cls: 1, obj: 1, bbox: BOX_NUMBERS, kps: LANDMARK_NUMBERS } as const;
type Part = keyof typeof NUMBERS;
const PARTS = Object.keys(NUMBERS) as Part[];

export const YUNET: DetectorKind = {
  /** OpenCV feeds BGR bytes as they are. */
  scaling: { mean: 0, std: 1, channels: 'bgr' },
  isOf: (outputs) =>
    outputs.length === PARTS.length * STRIDES.length &&
    PARTS.every((part) => STRIDES.every((stride) => outputs.includes(`${part}_${stride}`))),
  decode(outputs, { path, size, scale, minScore }) {
    const found: Detection[] = [];
    for (const stride of STRIDES) {
      const columns = size / stride;
      const part = (name: Part) => partOf(outputs, name, stride, { count: columns ** 2, path, size });
      const [classes, objects, boxes, points] = [part('cls'), part('obj'), part('bbox'), part('kps')];
      for (let cell = 0; cell < columns ** 2; cell++) {
        const score = Math.sqrt(share(classes[cell]!) * share(objects[cell]!));
        if (!(score >= minScore)) continue;
        const [column, row] = [cell % columns, Math.floor(cell / columns)];
        const [dx, dy, logWidth, logHeight] = boxes.subarray(cell * BOX_NUMBERS) as unknown as [
          number,
          number,
          number,
          number,
        ];
        const [x, y] = [(column + dx) * stride, (row + dy) * stride];
        const [width, height] = [Math.exp(logWidth) * stride, Math.exp(logHeight) * stride];
        const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
        // the eye at the left of the picture is the person's right one, which is YuNet's first point as it is SCRFD's
        const landmarks = Array.from(
          { length: LANDMARK_NUMBERS },
          (_, k) => (points[cell * LANDMARK_NUMBERS + k]! + (k % 2 === 0 ? column : row)) * stride,
        );
        const inPhoto = (value: number) => value / scale;
        found.push({ box: Float32Array.from(box, inPhoto), score, landmarks: Float32Array.from(landmarks, inPhoto) });
      }
    }
    return found;
  },
};

const share = (value: number) => Math.min(1, Math.max(0, value));

function partOf(
  { names, values }: NetworkOutputs,
  part: Part,
  stride: number,
  { count, path, size }: { count: number; path: string; size: number },
): Float32Array {
  const found = values[names.indexOf(`${part}_${stride}`)]!;
  if (found.length !== count * NUMBERS[part])
    throw new TeacherError(
      `${path} gives ${found.length} numbers as ${part}_${stride} of ${size}×${size}; ` +
        `expected ${count * NUMBERS[part]}. It is not a YuNet detector.`,
    );
  if (NUMBERS[part] === 1 && !found.every(Number.isFinite))
    throw new TeacherError(
      `${path} gives a score that is not a finite number; the model is damaged, download it again.`,
    );
  return found;
}
