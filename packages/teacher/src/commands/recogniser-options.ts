// What a recogniser's file does not say of itself, or says wrongly.
import { choiceOf, parseNumber, UsageError, type Option, type OptionValues } from '@lin/command-line';
import type { RecogniserConfig } from '../recognition/inspect-recogniser.js';

export const RECOGNISER_OPTIONS: Readonly<Record<string, Option>> = {
  mean: {
    type: 'string',
    value: '<list>',
    description:
      'pixels enter the recogniser as (x − mean) / std: a number, or three for R,G,B (default: as its file says)',
  },
  std: { type: 'string', value: '<list>', description: 'the same' },
  channels: { type: 'string', value: '<order>', description: 'rgb or bgr (default: rgb)' },
  input: { type: 'string', value: '<name>', description: "the recogniser's input, where it has several" },
  output: { type: 'string', value: '<name>', description: "the recogniser's output, where it has several" },
};

export function recogniserOptionsOf(values: OptionValues): RecogniserConfig {
  const { mean, std, channels, input, output } = values as Record<string, string | undefined>;
  return {
    ...(mean !== undefined && { mean: perChannel('mean', mean) }),
    ...(std !== undefined && { std: perChannel('std', std) }),
    ...(channels !== undefined && { channels: choiceOf<'rgb' | 'bgr'>(values, 'channels', ['rgb', 'bgr'], 'rgb') }),
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
  };
}

function perChannel(option: string, text: string): number | [number, number, number] {
  const numbers = text.split(',').map((part) => parseNumber(option, part));
  if (numbers.length === 1) return numbers[0]!;
  if (numbers.length === 3) return numbers as [number, number, number];
  throw new UsageError(`--${option} is "${text}"; expected a number, or three for R,G,B.`);
}
