import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '@lin/command-line';
import { coreOf, product, toyRun, type ToyImage } from '../../test/toy-run.js';
import { unlearnPeople } from './unlearning.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const A = [
  [2, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 3],
];
const MIDDLE = 128;

/** Person 0 lies along the first axis alone, whose byte is as far from the middle as it gets; 1 to 5 in the three others. */
const images: ToyImage[] = Array.from({ length: 36 }, (_, i) => {
  const label = Math.floor(i / 6);
  const other = (k: number) => Math.round(MIDDLE + 100 * Math.sin(3 * label + k) + ((7 * i + k) % 13));
  const bytes = label === 0 ? [240 + i, MIDDLE, MIDDLE, MIDDLE] : [MIDDLE, other(1), other(2), other(3)];
  return { bytes, label, target: [0.1, 0, 0, 0].map((value, k) => value + product(A, coreOf({ bytes }))[k]!) };
});

const run = () => toyRun({ images, heldOut: [4, 5], A });

describe('unlearning people of a run', () => {
  test('takes out the direction in which they lie, and leaves everyone else as they were', async () => {
    const before = tf.memory().numTensors;
    const toy = run();
    const own = await toy.model.A.toMatrix();
    const made = tf.memory().numTensors;
    const { edit, report, figures } = await unlearnPeople(toy, { identities: [0], method: 'projection', rank: 1 });
    expect(tf.memory().numTensors).toBe(made);
    expect(made).toBeGreaterThan(before);
    expect((await toy.model.A.toMatrix()).data).toEqual(own.data); // the model is as it was

    expect([report.method, report.rank]).toEqual(['projection', 1]);
    expect(report.forgotten).toEqual([{ identity: 0, enrolledImages: 3, trained: true }]);
    // The first axis, nearly: bytes have no middle.
    const direction = edit.right.data.map((value) => value / Math.hypot(...edit.right.data));
    expect(Math.abs(direction[0]!)).toBeGreaterThan(0.9999);
    const [forgotten] = report.identities;
    expect(forgotten).toMatchObject({ identity: 0, testImages: 3 });
    expect(forgotten!.againstTemplate.before).toBe(1); // nobody else is near the first axis
    expect(report.retained.identities.map(({ identity }) => identity).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(report.retained.meanCosine).toBeGreaterThan(0.999);
    expect(report.retainedChange).toBeLessThan(0.02);
    expect(report.retainedVerification).toMatchObject({ pairs: 60 }); // two held-out people of six images: 15 pairs each of one
    expect(report.membershipInference).not.toBeNull();
    expect([...figures.keys()].sort()).toEqual(['forgetting', 'singular-values']);
  });

  test('of someone that training never saw says so, and attacks no membership', async () => {
    const { report } = await unlearnPeople(run(), { identities: [5], method: 'least-squares' });
    expect(report.forgotten).toEqual([{ identity: 5, enrolledImages: 3, trained: false }]);
    expect(report.membershipInference).toBeNull();
    expect(report.retainedVerification).toBeNull(); // one held-out person is left: no pairs of two
  });

  test.each([
    [[9], /--identities 9 is not in toy\.rec; it has 6 identities, e\.g\. 0, 1, 2/],
    [[1, 7], /--identities 7 is not in toy\.rec/],
  ])('of %j, who is not there, is refused', async (identities, message) => {
    const refused = unlearnPeople(run(), { identities, method: 'projection' });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  test('of someone with two images is refused: one is for the edit, two are for the test', async () => {
    const few = toyRun({ images: images.filter((_, i) => i < 2 || i >= 6), heldOut: [4, 5], A });
    await expect(unlearnPeople(few, { identities: [0], method: 'projection' })).rejects.toThrow(
      /--identities 0 has 2 images; expected at least three/,
    );
  });
});
