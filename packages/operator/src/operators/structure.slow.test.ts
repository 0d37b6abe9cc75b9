import '@tensorflow/tfjs';
import { test } from 'vitest';
import { expectNoLeaks } from '../../test/no-leaks.js';
import { expectKeptLengths } from '../../test/kept-lengths.js';

expectNoLeaks();

test('an orthogonal operator keeps the length of rows in float32, over 512 reflections', () => expectKeptLengths(512));
