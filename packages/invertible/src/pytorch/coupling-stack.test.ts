import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors, SafetensorsError, type NamedTensor } from '@lin/safetensors';
import { backends, useBackend } from '../../test/backends.js';
import { couplingStackFromPyTorch, type CouplingStackOptions } from '../index.js';

interface Case {
  name: string;
  options: CouplingStackOptions;
  file: string;
  x: number[][];
  y: number[][];
  logDet: number[] | null;
}

/** Made by make-pytorch.py with torch 2.15, FrEIA 0.2 and nflows 0.14. */
const cases = JSON.parse(
  await readFile(new URL('../../test/reference/pytorch.json', import.meta.url), 'utf8'),
) as Case[];
const tensorsOf = ({ file }: Case) => decodeSafetensors(Buffer.from(file, 'base64')).tensors;

describe.each(backends)('a coupling stack from PyTorch on %s', (backend) => {
  useBackend(backend);

  test.each(cases.map((each) => [each.name, each] as const))(
    '%s: gives what PyTorch gives, and goes back',
    (_, { options, x, y, logDet, ...rest }) => {
      const chain = couplingStackFromPyTorch(tensorsOf({ options, x, y, logDet, ...rest }), options);
      const [values, logDets, back] = tf.tidy(() => {
        const forward = chain.applyWithLogDet(tf.tensor2d(x));
        return [
          forward.y.arraySync() as number[][],
          forward.logDet.arraySync(),
          chain.invert(tf.tensor2d(y)).arraySync() as number[][],
        ];
      });
      // float32 here, float64 there, of values of some units.
      const close = (found: number[], expected: number[]) =>
        found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
      values.forEach((row, i) => close(row, y[i]!));
      back.forEach((row, i) => close(row, x[i]!));
      if (logDet) close(logDets, logDet);
      chain.dispose();
    },
  );
});

describe('a state dict that is no stack known here', () => {
  useBackend('cpu');

  const [notebook] = cases as [Case];
  const changed = (change: (tensors: Map<string, NamedTensor>) => void) => {
    const tensors = tensorsOf(notebook);
    change(tensors);
    return () => couplingStackFromPyTorch(tensors, { ...notebook.options, source: 'old.safetensors' });
  };
  const BIAS = 'g_x.invertible_net.blocks.1.scale_net.2.bias';

  test.each<[string, (tensors: Map<string, NamedTensor>) => void, RegExp]>([
    [
      'without modules',
      (tensors) => tensors.clear(),
      /^old\.safetensors: there is no g_x\.invertible_net\.blocks\.0\.…, .*see the table of names/,
    ],
    [
      'without a bias',
      (tensors) => tensors.delete(BIAS),
      /tensor "g_x\.invertible_net\.blocks\.1\.scale_net\.2\.bias" is missing/,
    ],
    [
      'with a module of another kind',
      (tensors) => tensors.set('g_x.invertible_net.blocks.3.gate', tensors.get(BIAS)!),
      /the module "g_x\.invertible_net\.blocks\.3\." is of no kind/,
    ],
    [
      'with a tensor too many',
      (tensors) => tensors.set('g_x.invertible_net.scale', tensors.get(BIAS)!),
      /1 tensors belong to no module .*"g_x\.invertible_net\.scale"/,
    ],
    [
      'with a matrix for a bias',
      (tensors) => tensors.set(BIAS, { ...tensors.get(BIAS)!, shape: [5, 1] }),
      /has shape \[5, 1\], expected one of rank 1/,
    ],
  ])('%s is refused, and nothing stays behind', (_, change, message) => {
    expect(changed(change)).toThrow(SafetensorsError);
    expect(changed(change)).toThrow(message);
  });

  test('tensors beside the prefix are left alone', () => {
    const chain = changed((tensors) => tensors.set('linear_op.weight', tensors.get(BIAS)!))();
    expect(chain.inputShape).toEqual([6]);
    chain.dispose();
  });

  test('an int64 tensor survives writing and reading', () => {
    const tensors = new Map([
      ['order', { dtype: 'I64', shape: [2], data: BigInt64Array.of(1n, 0n) } satisfies NamedTensor],
    ]);
    expect(decodeSafetensors(encodeSafetensors({ tensors, metadata: {} })).tensors.get('order')!.data).toEqual(
      BigInt64Array.of(1n, 0n),
    );
  });
});
