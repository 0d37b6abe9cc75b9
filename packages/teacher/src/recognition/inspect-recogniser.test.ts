import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pickModel, temporaryFolder } from '../../test/tiny-models.js';
import { TeacherError } from '../errors.js';
import { readModel } from '../onnx/read-model.js';
import { encodeModel } from '../onnx/schema.js';
import { inspectRecogniser } from './inspect-recogniser.js';

const MODEL = encodeModel(pickModel({ picks: [{ row: 0, column: 0, channel: 0 }] }));

test('a recogniser is described by its own bytes', async () => {
  const path = join(await temporaryFolder(), 'model.onnx');
  await writeFile(path, MODEL);
  const file = await readModel(path);
  expect(file).toMatchObject({ path, bytes: MODEL.length, sha256: createHash('sha256').update(MODEL).digest('hex') });
  expect(inspectRecogniser(file)).toEqual({
    changed: {},
    input: 'input',
    output: 'embedding',
    layout: 'nchw',
    fixedBatch: undefined,
    scaling: { mean: 127.5, std: 127.5, channels: 'rgb' },
    standIn: false,
  });
});

test('bytes that were changed anywhere are described or refused, never anything else', async () => {
  const path = join(await temporaryFolder(), 'fuzzed.onnx');
  // Structure is at both ends of the file, weights in the middle.
  const position = fc.oneof(
    fc.nat(400),
    fc.nat(400).map((fromEnd) => MODEL.length - 1 - fromEnd),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(position, fc.nat(255)), { minLength: 1, maxLength: 8 }),
      fc.option(fc.nat(MODEL.length)),
      async (changes, cut) => {
        const bytes = MODEL.slice(0, cut ?? MODEL.length);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        await writeFile(path, bytes);
        const result = await readModel(path)
          .then(inspectRecogniser)
          .catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(TeacherError);
        else expect(result).toHaveProperty('scaling');
      },
    ),
    { numRuns: 300 },
  );
});
