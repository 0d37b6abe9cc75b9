import { expect, test } from 'vitest';
import { SafetensorsError } from './errors.js';

test('a message shows what a file holds as one line, without control characters', () => {
  expect(new SafetensorsError('x.safetensors: tensor "a\n\u001b[2J\u009b" is missing.').message).toBe(
    'x.safetensors: tensor "a\\u000a\\u001b[2J\\u009b" is missing.',
  );
});

test('a message keeps the file’s name and the remedy, whatever length a name in the file has', () => {
  const { message } = new SafetensorsError(`x.safetensors: tensor "${'a'.repeat(1e6)}" is missing; build it again.`);
  expect(message.length).toBe(501);
  expect(message).toMatch(/^x\.safetensors: tensor "a+…a+" is missing; build it again\.$/);
});
