// The options of the commands that make records' images out of photographs.
import type { Chroma, PrepareOptions } from '../making/prepare-image.js';
import { loadAlign } from './align-module.js';
import { choiceOf, numbersOf, type OptionValues } from './command.js';

export const PREPARING = {
  options: { quality: { type: 'string' }, chroma: { type: 'string' }, align: { type: 'string' } },
  help: `  --quality <1-100>       of the JPEGs that are written (default 95)
  --chroma <4:2:0|4:4:4>  of the JPEGs that are written (default 4:2:0, as face2rec2 writes)
  --align <module>        an ES module; its default export gets { data, width, height } (RGB) and
                          resolves with 112×112 RGB bytes, or null where there is no face
`,
} as const;

export async function prepareOptions(values: OptionValues): Promise<PrepareOptions> {
  const align = values['align'];
  return {
    ...numbersOf(values, { quality: 'quality' }),
    chroma: choiceOf<Chroma>(values, 'chroma', ['4:2:0', '4:4:4'], '4:2:0'),
    ...(align !== undefined && { align: await loadAlign(String(align)) }),
  };
}
