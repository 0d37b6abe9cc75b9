// Every optimiser against its paper in float64, against what optax makes of the same gradients (test/reference/optimisers.py), resumed,
// with gradients that are not finite, and for what it leaves behind.
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { float64Reference, type Vectors } from '../../test/reference-optimisers.js';
import type { Optimiser } from './optimiser.js';
import { OPTIMISERS, type OptimiserName } from './optimisers.js';

interface Reference {
  shapes: Record<string, number[]>;
  start: Vectors;
  rates: number[];
  gradients: Vectors[];
  cases: { name: OptimiserName; options: Record<string, number | boolean>; end: Vectors }[];
}
const path = new URL('../../test/reference/optimisers.json', import.meta.url);
const { shapes, start, rates, gradients, cases } = JSON.parse(await readFile(path, 'utf8')) as Reference;
const NAMES = Object.keys(OPTIMISERS) as OptimiserName[];

type Variables = Map<string, tf.Variable>;

const variablesOf = (values: Vectors): Variables =>
  new Map(Object.entries(values).map(([name, of]) => [name, tf.tidy(() => tf.variable(tf.tensor(of, shapes[name])))]));

const valuesOf = (variables: ReadonlyMap<string, tf.Variable>): Vectors =>
  Object.fromEntries([...variables].map(([name, variable]) => [name, Array.from(variable.dataSync())]));

/** Steps from `first` on, one for each of the gradients; returns the norms. */
function train(optimiser: Optimiser, steps: Vectors[], first = 0): number[] {
  return steps.map((step, i) =>
    tf.tidy(() => {
      const named = [...optimiser.parameters].map(([name, { name: own, shape }]) => [
        own,
        tf.tensor(step[name]!, shape),
      ]);
      return optimiser
        .applyGradients(Object.fromEntries(named) as tf.NamedTensorMap, tf.scalar(rates[first + i]!))
        .dataSync()[0]!;
    }),
  );
}

const float32 = (values: number[]) => Array.from(Float32Array.from(values));

function expectClose(actual: Vectors, expected: Vectors, digits = 5): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, values] of Object.entries(expected))
    values.forEach((value, i) => expect(actual[name]![i], `${name}[${i}]`).toBeCloseTo(value, digits));
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

let tensorsBefore: number;
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensorsBefore);
});

describe('after five steps the parameters are those of optax in float64', () => {
  test.each(cases)('of $name with $options', ({ name, options, end }) => {
    const variables = variablesOf(start);
    const optimiser = new OPTIMISERS[name](variables, { clipNorm: Infinity, ...options });
    train(optimiser, gradients);
    expectClose(valuesOf(variables), end);
    optimiser.dispose();
    tf.dispose([...variables.values()]);
  });
});

describe('after five steps the parameters are those of the paper in float64', () => {
  const each: { name: OptimiserName; options: Record<string, number | boolean> }[] = [
    ...cases,
    { name: 'muon', options: {} }, // looking ahead, as PyTorch has it
    { name: 'muon', options: { momentum: 0.5, weightDecay: 0 } },
    ...NAMES.map((name) => ({ name, options: { clipNorm: 1 } })),
    ...NAMES.map((name) => ({ name, options: { clipValue: 0.3 } })),
    { name: 'sgd', options: { clipNorm: 2, clipValue: 0.1 } },
  ];
  test.each(each)('of $name with $options', ({ name, options }) => {
    const variables = variablesOf(start);
    const optimiser = new OPTIMISERS[name](variables, { clipNorm: Infinity, ...options });
    const norms = train(optimiser, gradients);
    expectClose(valuesOf(variables), float64Reference(name, options, { shapes, start, rates, gradients }));
    norms.forEach((norm, i) => expect(norm).toBeCloseTo(Math.hypot(...Object.values(gradients[i]!).flat()), 4));
    expect(optimiser.step).toBe(gradients.length);
    optimiser.dispose();
    tf.dispose([...variables.values()]);
  });
});

describe.each(NAMES)('%s', (name) => {
  test('continues from its saved state to the same bits', () => {
    const [whole, other] = [variablesOf(start), variablesOf(start)];
    const [uninterrupted, first] = [new OPTIMISERS[name](whole), new OPTIMISERS[name](other)];
    train(uninterrupted, gradients);
    train(first, gradients.slice(0, 2));
    const second = new OPTIMISERS[name](other);
    for (const [slot, variable] of second.namedState()) variable.assign(first.namedState().get(slot)!);
    second.step = first.step;
    train(second, gradients.slice(2), 2);
    expect(valuesOf(other)).toEqual(valuesOf(whole));
    expect(valuesOf(second.namedState())).toEqual(valuesOf(uninterrupted.namedState()));
    for (const optimiser of [uninterrupted, first, second]) optimiser.dispose();
    tf.dispose([...whole.values(), ...other.values()]);
  });

  test.each([
    [NaN, 0],
    [NaN, 2],
    [Infinity, 2],
  ])('changes nothing where a gradient is %d after %d updates', (bad, updates) => {
    const variables = variablesOf(start);
    const optimiser = new OPTIMISERS[name](variables, { weightDecay: 0.1, clipValue: 1 });
    train(optimiser, gradients.slice(0, updates));
    const [before, stateBefore] = [valuesOf(variables), valuesOf(optimiser.namedState())];
    const [norm] = train(optimiser, [{ ...gradients[2]!, vector: [1, bad, 1, 1] }]);
    expect(norm).toBe(bad);
    expect(valuesOf(variables)).toEqual(before);
    expect(valuesOf(optimiser.namedState())).toEqual(stateBefore);
    expect(optimiser.step).toBe(updates);
    optimiser.dispose();
    tf.dispose([...variables.values()]);
  });

  test('updates only what is trainable and has a gradient', () => {
    const variables = variablesOf(start);
    variables.get('tall')!.trainable = false;
    const optimiser = new OPTIMISERS[name](variables, { weightDecay: 0.1 });
    expect(optimiser.variables).toEqual([variables.get('wide'), variables.get('vector')]);
    expect([...optimiser.namedState().keys()].some((slot) => slot.endsWith('.tall'))).toBe(false);
    const ones = tf.ones([3, 5]);
    const rate = tf.scalar(0.1);
    optimiser.applyGradients({ [variables.get('wide')!.name]: ones }, rate).dispose();
    tf.dispose([ones, rate]);
    const { wide, ...others } = valuesOf(variables);
    expect(wide).not.toEqual(float32(start['wide']!));
    expect(others).toEqual({ tall: float32(start['tall']!), vector: float32(start['vector']!) });
    optimiser.dispose();
    tf.dispose([...variables.values()]);
  });

  test.each([
    [{ clipNorm: 0 }, 'clipNorm is 0; expected more than 0.'],
    [{ clipValue: NaN }, 'clipValue is NaN; expected more than 0.'],
  ])('refuses %o', (options, message) => {
    expect(() => new OPTIMISERS[name](new Map(), options)).toThrow(message);
  });
});

describe('of decay and momentum', () => {
  test.each(['adamw', 'sgd', 'lion', 'muon'] as const)('%s decays those variables that it is told', (name) => {
    const [plain, decayed] = [variablesOf(start), variablesOf(start)];
    const decays = (_: string, { rank }: tf.Variable) => rank > 1;
    const [without, optimiser] = [
      new OPTIMISERS[name](plain, { weightDecay: 0 }),
      new OPTIMISERS[name](decayed, { weightDecay: 0.5, decays }),
    ];
    train(without, gradients.slice(0, 1));
    train(optimiser, gradients.slice(0, 1));
    const [expected, actual] = [valuesOf(plain), valuesOf(decayed)];
    expect(actual.vector).toEqual(expected.vector);
    actual['wide']!.forEach((value, i) =>
      expect(value).toBeCloseTo(expected['wide']![i]! - rates[0]! * 0.5 * start['wide']![i]!, 5),
    );
    without.dispose();
    optimiser.dispose();
    tf.dispose([...plain.values(), ...decayed.values()]);
  });

  test.each(['adamw', 'sgd', 'lion', 'muon'] as const)('%s refuses a negative decay', (name) => {
    expect(() => new OPTIMISERS[name](new Map(), { weightDecay: -1 })).toThrow(
      new RangeError('weightDecay is -1; expected at least 0.'),
    );
  });

  test.each(['sgd', 'muon'] as const)('%s refuses a momentum of 1', (name) => {
    expect(() => new OPTIMISERS[name](new Map(), { momentum: 1 })).toThrow(
      new RangeError('momentum is 1; expected one in [0, 1).'),
    );
  });

  test('what each remembers is named', () => {
    const variables = variablesOf({ wide: start['wide']!, vector: start['vector']! });
    const named = (name: OptimiserName, options = {}) => {
      const optimiser = new OPTIMISERS[name](variables, options);
      const names = [...optimiser.namedState().keys()];
      optimiser.dispose();
      return names;
    };
    expect(named('adam')).toEqual(['m.wide', 'v.wide', 'm.vector', 'v.vector']);
    expect(named('adamw')).toEqual(named('adam'));
    expect(named('sgd')).toEqual(['velocity.wide', 'velocity.vector']);
    expect(named('sgd', { momentum: 0 })).toEqual([]);
    expect(named('lion')).toEqual(['m.wide', 'm.vector']);
    expect(named('muon')).toEqual(['momentum.wide', 'm.vector', 'v.vector']);
    tf.dispose([...variables.values()]);
  });
});
