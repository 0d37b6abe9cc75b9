import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { growth } from '../../test/session-memory.js';
import { IMAGE_BYTES, noiseImages, pickModel, SIDE, temporaryFolder, writeModel } from '../../test/tiny-models.js';
import { SessionPool } from './session-pool.js';
import { Session, type PixelFeed } from './session.js';

const SCALING = { mean: 127.5, std: 127.5, channels: 'rgb' } as const;
const crops = (pixels: Uint8Array, batch: number): PixelFeed => ({
  pixels,
  batch,
  height: SIDE,
  width: SIDE,
  layout: 'nchw',
  scaling: SCALING,
});

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  path = await writeModel(
    folder,
    'tiny.onnx',
    pickModel({ picks: [{ row: 5, column: 6, channel: 1 }], outputs: ['embedding', 'picked'] }),
  );
});

describe('a session', () => {
  test('tells its inputs, its outputs, and where it computes', async () => {
    const session = await Session.open({ path });
    expect(session.description).toEqual({
      provider: 'cpu',
      skipped: [],
      inputs: [{ name: 'input', type: 'float32', dims: ['N', 3, SIDE, SIDE] }],
      outputs: [
        { name: 'embedding', type: 'float32', dims: ['N', 1] },
        { name: 'picked', type: 'float32', dims: ['N', 1, 1, 1] }, // onnxruntime's own inference adds what the file leaves out
      ],
    });
    await session.close();
  });

  test('gives every output by its name, of numbers or of pixels', async () => {
    const session = await Session.open({ path });
    const images = noiseImages(2);
    const floats = Float32Array.from({ length: IMAGE_BYTES }, (_, i) => i);
    const numbers = await session.run({ input: { data: floats, dims: [1, 3, SIDE, SIDE] } });
    expect(numbers['picked']).toEqual({ data: Float32Array.of(SIDE * SIDE + 5 * SIDE + 6), dims: [1, 1, 1, 1] });
    const { embedding } = await session.run({ input: crops(images, 3) });
    const expected = [0, 1].map((i) => (images[i * IMAGE_BYTES + (5 * SIDE + 6) * 3 + 1]! - 127.5) / 127.5);
    expect([...embedding!.data]).toEqual([...expected.map(Math.fround), 0]); // the image that is missing is zero
    await session.close();
  });

  test('answers each of many runs that are asked for at once with its own result, and leaves the feeds to the caller', async () => {
    const session = await Session.open({ path });
    const feeds = Array.from({ length: 20 }, (_, i) => new Uint8Array(IMAGE_BYTES).fill(i * 10));
    const outputs = await Promise.all(feeds.map((pixels) => session.run({ input: crops(pixels, 1) })));
    outputs.forEach(({ embedding }, i) => expect(embedding!.data[0]).toBeCloseTo((i * 10 - 127.5) / 127.5, 6));
    expect(feeds[3]![0]).toBe(30);
    await session.close();
  });

  test('names what does not fit, and goes on', async () => {
    const session = await Session.open({ path });
    await expect(session.run({ nothing: crops(noiseImages(1), 1) })).rejects.toThrow(
      /input 'input' is missing|nothing/,
    );
    await expect(session.run({ input: { data: new Float32Array(3), dims: [1, 3, 1, 1] } })).rejects.toThrow();
    expect((await session.run({ input: crops(noiseImages(1), 1) }))['embedding']!.data).toHaveLength(1);
    await session.close();
    await expect(session.run({ input: crops(noiseImages(1), 1) })).rejects.toThrow('the session is closed');
  });

  test('that is closed lets what was asked for before finish', async () => {
    const session = await Session.open({ path });
    const runs = Array.from({ length: 5 }, () => session.run({ input: crops(noiseImages(4), 4) }));
    await session.close();
    for (const { embedding } of await Promise.all(runs)) expect(embedding!.data).toHaveLength(4);
  });

  test('of a file that is not a model is refused with onnxruntime’s words', async () => {
    await expect(Session.open({ path: join(folder, 'none.onnx') })).rejects.toThrow(/none\.onnx/);
  });
});

test('a thread of a pool that has died is replaced', async () => {
  const pool = await SessionPool.open({ path, size: 1, threads: 1 });
  const [session] = (pool as unknown as { sessions: Session[] }).sessions;
  await session!.close(); // as its thread's end would
  expect((await pool.run({ input: crops(noiseImages(1), 1) }))['embedding']!.data).toHaveLength(1);
  await pool.close();
  await expect(pool.run({ input: crops(noiseImages(1), 1) })).rejects.toThrow('closed');
});

test('1,000 runs hold no more memory than 200 did', async () => {
  const path = await writeModel(folder, 'small.onnx', pickModel({ picks: [{ row: 0, column: 0, channel: 0 }] }));
  // 800 runs move 120 MB of pixels and 480 MB of planes: of a kept copy of either, most would be there
  expect(await growth(path, 200, 800)).toBeLessThan(60e6);
});
