import { describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { temporaryFolder, tensor, writeModel, pickModel } from '../../test/tiny-models.js';
import { openFaceAnalyzer } from '../face-analyzer.js';
import { STRIDES } from './detector-kind.js';
import { YUNET } from './yunet.js';

const SIZE = 64;
const NUMBERS = { cls: 1, obj: 1, bbox: 4, kps: 10 };

/** Outputs of zeros, which are no faces, by name. */
function silent(size = SIZE): Map<string, Float32Array<ArrayBuffer>> {
  return new Map(
    Object.entries(NUMBERS).flatMap(([part, numbers]) =>
      STRIDES.map((stride) => [`${part}_${stride}`, new Float32Array(numbers * (size / stride) ** 2)] as const),
    ),
  );
}

/** A face in the cell of row 1 and column 2 at stride 16: centre half a cell further, two cells wide and three high. */
function withFace(size = SIZE) {
  const outputs = silent(size);
  const cell = 1 * (size / 16) + 2;
  outputs.get('cls_16')![cell] = 0.81;
  outputs.get('obj_16')![cell] = 1.2; // clamped to 1
  outputs.get('bbox_16')!.set([0.5, 0.5, Math.log(2), Math.log(3)], cell * 4);
  outputs.get('kps_16')!.set([0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1], cell * 10);
  return outputs;
}

const decode = (outputs: Map<string, Float32Array>) =>
  YUNET.decode(
    { names: [...outputs.keys()], values: [...outputs.values()] },
    { path: 'yunet.onnx', size: SIZE, scale: 0.5, minScore: 0.6 },
  );

describe('YuNet', () => {
  test('is known by its outputs’ names', () => {
    const names = [...silent().keys()];
    expect(YUNET.isOf(names.toReversed())).toBe(true);
    expect(YUNET.isOf(names.slice(1))).toBe(false);
    expect(YUNET.isOf(names.map((name) => `x${name}`))).toBe(false);
  });

  test('has a face where its cell, offsets and sides put it, in pixels of the photograph', () => {
    const [face, ...others] = decode(withFace());
    expect(others).toEqual([]);
    expect(face!.score).toBeCloseTo(0.9, 6); // √(0.81 · 1)
    const [x, y] = [2.5 * 16 * 2, 1.5 * 16 * 2];
    [x - 32, y - 48, x + 32, y + 48].forEach((value, i) => expect(face!.box[i]).toBeCloseTo(value, 4));
    expect([...face!.landmarks]).toEqual([64, 32, 96, 32, 80, 48, 64, 64, 96, 64]);
  });

  test('with outputs of other lengths, or scores that are not finite, is refused', () => {
    const short = silent();
    short.set('kps_8', new Float32Array(10));
    expect(() => decode(short)).toThrow(/gives 10 numbers as kps_8 of 64×64; expected 640/);
    const damaged = silent();
    damaged.get('obj_32')![0] = NaN;
    expect(() => decode(damaged)).toThrow(/score that is not a finite number/);
  });

  test('is the detector of an analyzer', async () => {
    const outputs = withFace(320);
    const model = pickModel({ picks: [], input: [1, 3, 320, 320] });
    model.graph.node = [...outputs.keys()].map((name) => ({
      op_type: 'Identity',
      name,
      input: [`${name}_is`],
      output: [name],
      attribute: [],
    }));
    model.graph.initializer = [...outputs].map(([name, values]) => tensor(`${name}_is`, [values.length], values));
    const [output] = model.graph.output;
    model.graph.output = [...outputs].map(([name, { length }]) => ({
      name,
      type: { tensor_type: { ...output!.type.tensor_type, shape: { dim: [{ dim_value: length }] } } },
    }));
    const path = await writeModel(await temporaryFolder(), 'yunet.onnx', model);
    const analyzer = await openFaceAnalyzer({ pack: path, tasks: ['detection'], threads: 1 });
    const photo = await sharp({ create: { width: 640, height: 320, channels: 3, background: 'grey' } })
      .png()
      .toBuffer();
    const { faces } = await analyzer.analyze(photo); // shown at half of its size
    expect(faces).toHaveLength(1);
    [48, 0, 112, 96].forEach((value, i) => expect(faces[0]!.box[i]).toBeCloseTo(value, 3));
    await analyzer.close();
  });
});
