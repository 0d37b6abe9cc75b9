// Fuzz targets of configurations: values that are drawn, right and wrong ones, and files whose bytes are damaged. What is read is what the
// file says, beside the defaults; what is refused is refused in one sentence that names a wrong key.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { loadAll } from 'js-yaml';
import { UsageError } from '@lin/command-line';
import { filesInMemory } from '../../../tools/fuzz/files-in-memory.js';
import { mutate } from '../../../tools/fuzz/mutate.js';
import { FuzzFailure, type FuzzTarget } from '../../../tools/fuzz/target.js';
import { loadConfig } from '../src/config/load.js';
import { drawnConfig, isMapping, type Mapping } from './drawn-config.js';

const FOLDER = new URL('../config/', import.meta.url);
const GOOD_FILES = ['sample.yaml', 'sample-wasm.yaml'].map((name) => readFileSync(new URL(name, FOLDER)));
const path = 'config.yaml'; // in memory
const PARSERS_WORDS = /: expected .*\b(array|object|int)\b|Invalid (input|option)|Too (small|big):/;

/** Values right and wrong, in any style of YAML and by --set. */
export const drawnConfigs: FuzzTarget = {
  name: 'config',
  async run(random) {
    const { text, set, values, wrong } = drawnConfig(random);
    const config = await loaded(text, set);
    if (config instanceof Error) {
      if (wrong.length === 0) throw new FuzzFailure(`it is refused: ${config.message}\n${text}\n${set.join('\n')}`);
      if (!wrong.some((key) => config.message.includes(key)))
        throw new FuzzFailure(`it names none of ${wrong.join(', ')}: ${config.message}`);
      return 'refused';
    }
    if (wrong.length > 0) throw new FuzzFailure(`${wrong.join(', ')} are accepted:\n${text}\n${set.join('\n')}`);
    await expectHeld(values, config);
    return 'read';
  },
};

/** Whole files, and drawn ones, with their bytes changed. */
export const damagedConfigs: FuzzTarget = {
  name: 'damaged config',
  async run(random) {
    const good = random.uniform() < 0.5 ? GOOD_FILES[random.integer(2)]! : Buffer.from(drawnConfig(random).text);
    const bytes = mutate(good, random);
    const config = await loaded(bytes);
    if (config instanceof Error) return 'refused';
    if (!bytes.includes('<<')) await expectHeld((loadAll(bytes.toString())[0] ?? {}) as Mapping, config);
    if (!isDeepStrictEqual(await loaded(JSON.stringify(config)), config))
      throw new FuzzFailure(`what is read is not a configuration: ${JSON.stringify(config)}`);
    return 'read';
  },
};

/** The configuration, or what refused it. */
async function loaded(content: string | Uint8Array, set: readonly string[] = []): Promise<Mapping | UsageError> {
  filesInMemory.set(path, Buffer.from(content as string));
  try {
    return (await loadConfig({ path, set })) as unknown as Mapping;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (PARSERS_WORDS.test(error.message))
      throw new FuzzFailure(`the parser's words: ${error.message}`, { cause: error });
    if (!isOneSentence(error.message)) throw new FuzzFailure(`not one sentence: ${error.message}`, { cause: error });
    return error;
  }
}

const isOneSentence = (message: string) =>
  /[.?]$/.test(message) && message.length < 700 && !/\p{Cc}|undefined|\[object/u.test(message);

/** Every value is in the configuration, and what is not given is the default. */
async function expectHeld(values: Mapping, config: Mapping): Promise<void> {
  const expected = merged((await loaded('')) as Mapping, values);
  if (!isDeepStrictEqual(config, expected))
    throw new FuzzFailure(`it is read as ${JSON.stringify(config)}, not ${JSON.stringify(expected)}`);
}

function merged(defaults: Mapping, values: Mapping): Mapping {
  const result: Mapping = { ...defaults };
  for (const [key, value] of Object.entries(values)) {
    if (!isMapping(defaults[key])) result[key] = value;
    else if (value !== null) result[key] = merged(defaults[key], value as Mapping); // an empty section is one that is not there
  }
  return result;
}
