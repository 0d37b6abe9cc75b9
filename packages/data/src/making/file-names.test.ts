import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfName, nameOf, printableName } from './file-names.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['UTF-8', Buffer.from('Zoë 李\u{1f600}'), 'Zoë 李\u{1f600}'],
  ['Latin-1', bytes('Andr\xe9'), 'Andr\\xE9'],
  ['GBK', bytes('\xc0\xee.jpg'), '\\xC0\\xEE.jpg'],
  ['a UTF-8 sequence that is cut short', bytes('a\xe6\x9d'), 'a\\xE6\\x9D'],
  ['an encoded surrogate', bytes('\xed\xb2\x80'), '\\xED\\xB2\\x80'],
  ['tabs and newlines', bytes('a\tb\nc\rd\\e\x01'), 'a\\tb\\nc\\rd\\\\e\\x01'],
])('a name in %s is printed in one line, and is the same bytes again', (_, name, printed) => {
  expect(printableName(nameOf(name))).toBe(printed);
  expect(bytesOfName(nameOf(name)).equals(name)).toBe(true);
});

test('any bytes are a name of their own, also through JSON', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (name) => {
      expect(bytesOfName(JSON.parse(JSON.stringify(nameOf(name))) as string).equals(name)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
