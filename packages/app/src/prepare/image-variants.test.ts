import { expect, test } from 'vitest';
import { configSchema } from '../config/schema.js';
import { alterationOf, imageVariants, variantAt } from './image-variants.js';

const POOL = Float64Array.of(2, 3, 7);
const variantsOf = (augment: object, seed = 0, pool = POOL) =>
  imageVariants(configSchema.parse({ data: { augment, seed } }), pool);
const namesOf = (...of: Parameters<typeof variantsOf>) => variantsOf(...of).map(({ name }) => name);

test('are the images alone by default, and the mirrored ones where some are mirrored', () => {
  expect(variantsOf({})).toEqual([{ name: 'plain', title: 'images', options: {} }]);
  expect(variantsOf({ flip: 0.3 })[1]).toMatchObject({ name: 'mirrored', options: { augment: { flip: 1 } } });
});

test('are altered copies, of which a share is mirrored, where the config has variants', () => {
  const [plain, first, second, ...rest] = variantsOf({ variants: 2, flip: 0.5, rotate: { degrees: 5 } }, 7);
  expect([plain!.options, rest]).toEqual([{}, []]);
  expect([first!.title, second!.title]).toEqual(['images of variant 1 of 2', 'images of variant 2 of 2']);
  for (const [i, { options }] of [first!, second!].entries()) {
    expect(options.augment).toEqual({ flip: 0.5, rotate: { degrees: 5, probability: 1 } });
    expect([options.variants!.seed, options.variants!.of(1)]).toEqual([7, i + 1]);
  }
});

test('have the same names for the same pictures only', () => {
  const augment = { variants: 2, crop: {}, grey: 0.1 };
  expect(namesOf({ ...augment, variants: 3 }).slice(0, 3)).toEqual(namesOf(augment));
  expect(namesOf({ grey: 0.1, crop: {}, variants: 2 })).toEqual(namesOf(augment));
  for (const other of [namesOf({ ...augment, grey: 0.2 }), namesOf({ ...augment, flip: 0.5 }), namesOf(augment, 1)])
    expect(new Set([...other, ...namesOf(augment)]).size).toBe(5); // both have the plain one
});

test('alter in what the config sets alone', () => {
  const { augment } = configSchema.parse({ data: { augment: { variants: 1, grey: 0.5 } } }).data;
  expect(alterationOf(augment, POOL)).toEqual({ flip: 0, grey: 0.5 });
});

test('are mixtures with training images alone, whose names say of which', () => {
  const mixed = { variants: 1, mix: { share: [0.6, 0.9] } };
  const [, first] = variantsOf(mixed);
  expect(first!.options.augment).toEqual({ flip: 0, mix: { probability: 1, share: [0.6, 0.9], with: POOL } });
  const other = Float64Array.of(2, 3, 8);
  const names = [namesOf(mixed), namesOf(mixed, 0, other), namesOf({ ...mixed, mix: {} })].map(([, name]) => name);
  expect(new Set(names).size).toBe(3);
  expect(namesOf(mixed)).toEqual(namesOf(mixed));
  const grey = { variants: 1, grey: 0.5 };
  expect(namesOf(grey, 0, other)).toEqual(namesOf(grey)); // where nothing is mixed, the pool does not matter
});

test('are shown in turn: every image in every way once, and as often in each epoch', () => {
  const shown = [0, 1, 2].map((epoch) => Array.from({ length: 9 }, (_, position) => variantAt(position, epoch, 2)));
  for (const ways of shown) expect([...ways].sort()).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
  for (let position = 0; position < 9; position++)
    expect(new Set(shown.map((ways) => ways[position]))).toEqual(new Set([0, 1, 2]));
});
