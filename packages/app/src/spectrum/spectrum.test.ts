import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreOf, product, toyRun, type ToyImage } from '../../test/toy-run.js';
import { spectrumOf } from './spectrum.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const images = (targets: (core: number[]) => number[]): ToyImage[] =>
  Array.from({ length: 18 }, (_, i) => {
    const bytes = [(37 * i) % 256, (91 * i + 13) % 256];
    return { bytes, label: Math.floor(i / 3), target: targets(coreOf({ bytes })) };
  });

describe('the spectrum of a run', () => {
  test('of a square A says singular values, eigenvalues and condition as they are by hand', async () => {
    const A = [
      [3, 0],
      [0, -2],
    ];
    const { spectrum, figures } = await spectrumOf(
      toyRun({ images: images((core) => product(A, core)), heldOut: [5], A }),
    );
    const { operator, closedForm, cosine } = spectrum;
    expect(operator).toMatchObject({ rows: 2, cols: 2, rank: 2, kernelDimension: null });
    [3, 2].forEach((value, i) => expect(operator.singularValues[i]).toBeCloseTo(value, 6));
    expect(operator.condition).toBeCloseTo(1.5, 6);
    expect(operator.nuclearNorm).toBeCloseTo(5, 6);
    expect(operator.eigenvalues!.map(({ re, im }) => [re, im]).sort(([a], [b]) => a! - b!)).toEqual([
      [-2, 0],
      [3, 0],
    ]);
    // The targets are A's own directions: it is found again, and every cosine is 1.
    [3, 2].forEach((value, i) => expect(closedForm.singularValues[i]).toBeCloseTo(value, 4));
    expect([cosine.training.images, cosine.heldOut.images, closedForm.images]).toEqual([15, 3, 15]);
    for (const { trained, closedForm } of [cosine.training, cosine.heldOut]) {
      expect(trained).toBeCloseTo(1, 5);
      expect(closedForm).toBeCloseTo(1, 5);
    }
    expect([...figures.keys()].sort()).toEqual(['angles', 'eigenvalues', 'singular-values']);
  });

  test('of a rectangular A that ignores a direction counts what is left, and has no eigenvalues', async () => {
    const A = [
      [1, 0],
      [2, 0],
      [2, 0],
    ];
    const { spectrum, figures } = await spectrumOf(
      toyRun({ images: images(([a, b]) => [a!, b!, 1]), heldOut: [5], A }),
    );
    expect(spectrum.operator).toMatchObject({ rows: 3, cols: 2, rank: 1, eigenvalues: null, condition: 1 });
    expect(spectrum.operator.singularValues[0]).toBeCloseTo(3, 6);
    expect(spectrum.operator.nuclearNorm).toBeCloseTo(3, 6);
    expect(spectrum.cosine.training.closedForm).toBeGreaterThan(spectrum.cosine.training.trained);
    expect([...figures.keys()].sort()).toEqual(['angles', 'singular-values']);
  });
});
