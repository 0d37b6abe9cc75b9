// The options of the commands that make records' images out of photographs.
import { choiceOf, numbersOf, type Option, type OptionValues } from '@lin/command-line';
import type { Chroma, PrepareOptions } from '../making/prepare-image.js';
import { loadAlign } from './align-module.js';

export const PREPARING: Readonly<Record<string, Option>> = {
  quality: { type: 'string', value: '<1-100>', description: 'of the JPEGs that are written (default: 95)' },
  chroma: {
    type: 'string',
    value: '<4:2:0|4:4:4>',
    description: 'of the JPEGs that are written (default: 4:2:0, as face2rec2 writes)',
  },
  align: {
    type: 'string',
    value: '<module>',
    description:
      'an ES module; its default export gets { data, width, height } (RGB) and resolves with 112×112 RGB bytes, or null where ' +
      'there is no face',
  },
};

export async function prepareOptions(values: OptionValues): Promise<PrepareOptions> {
  const align = values['align'];
  return {
    ...numbersOf(values, { quality: 'quality' }),
    chroma: choiceOf<Chroma>(values, 'chroma', ['4:2:0', '4:4:4'], '4:2:0'),
    ...(align !== undefined && { align: await loadAlign(String(align)) }),
  };
}
