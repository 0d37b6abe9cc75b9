import { expect, test } from 'vitest';
import type { Command } from './command.js';
import { usageOf, usageOfAll } from './usage.js';

const commands: Command[] = [{ name: 'copy', operands: ['<from>'], summary: 'copies', run: async () => {} }];
const call = (command: string) => `npx nx ${command} app --`;

test('usage says how a command is typed, where another program runs it', () => {
  expect(usageOfAll(call, commands)).toBe(
    'Usage: npx nx <command> app -- …\n\n  copy <from>  copies\n\nnpx nx <command> app -- --help says which options it has.\n',
  );
  expect(usageOf(call, commands[0]!)).toBe('Usage: npx nx copy app -- <from> [options]\n\ncopies.\n');
});
