import { expect, test } from 'vitest';
import { RecordError } from '../errors.js';
import { parseProperty } from './property.js';

const parse = (text: string) => parseProperty(Buffer.from(text), 'property');

test.each([
  ['face2rec2’s one line', '85742,112,112\n', { identities: 85742, height: 112, width: 112 }],
  ['no newline', '85742,112,96', { identities: 85742, height: 112, width: 96 }],
  ['Windows line ends', '85742,112,112\r\n', { identities: 85742, height: 112, width: 112 }],
  [
    'RecBuilder’s second line, the images',
    '85742,112,112\n5822653\n',
    { identities: 85742, height: 112, width: 112, images: 5822653 },
  ],
  ['further lines', '10,112,112\n200\nmade today\n', { identities: 10, height: 112, width: 112, images: 200 }],
])('%s', (_, text, property) => {
  expect(parse(text)).toEqual(property);
});

test.each([
  ['nothing', '', 'property line 1: expected "identities,height,width"'],
  ['an HTML page', '<html>\n', 'line 1'],
  ['two counts', '85742,112\n', 'line 1'],
  ['a negative count', '-1,112,112\n', 'line 1'],
  ['a second line of another kind', '85742,112,112\nfaces\n', 'property line 2: expected the number of images'],
])('%s is an error that says what was expected', (_, text, message) => {
  expect(() => parse(text)).toThrow(RecordError);
  expect(() => parse(text)).toThrow(message);
});
