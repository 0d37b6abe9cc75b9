// YAML file + `--set path=value` → a validated Config, or one sentence that says which key of which file is wrong.
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { distance } from 'fastest-levenshtein';
import { loadAll } from 'js-yaml';
import type { z } from 'zod';
import { UsageError } from '@lin/command-line';
import { expectation } from './expectation.js';
import { configSchema, type Config } from './schema.js';

export interface LoadConfigOptions {
  /** A YAML file. */
  path: string;
  /** Assignments such as `linearizer.num_blocks=8`; values are YAML, so `null`, `true` and `[1, 2, 3]` work. */
  set?: readonly string[];
}

/** @throws UsageError that names the file or option, the key's path, and the nearest known key. */
export async function loadConfig({ path, set = [] }: LoadConfigOptions): Promise<Config> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`Config file ${path} cannot be read (${error.code}); check --config.`);
  });
  if (!isUtf8(bytes)) throw new UsageError(`Config file ${path} is not UTF-8; save it as UTF-8.`);
  const values = withoutAliases(parseYaml(bytes.toString(), path) ?? {}, path);
  if (!isMapping(values)) {
    throw new UsageError(`Config file ${path} must be a mapping such as "linearizer: {…}"; it is ${describe(values)}.`);
  }
  dropEmptySections(values, configSchema.parse({}));
  for (const assignment of set) assign(values, assignment);

  const result = configSchema.safeParse(values);
  if (!result.success) throw new UsageError(explain(result.error.issues[0]!, path, values));
  return result.data;
}

/** The one document of `text`; an empty text is null. */
function parseYaml(text: string, where: string): unknown {
  let documents: unknown[];
  try {
    documents = loadAll(text);
  } catch (error) {
    const [reason] = String((error as Error).message).split('\n');
    throw new UsageError(`${where} is not valid YAML: ${shown(reason!)}.`);
  }
  if (documents.length > 1) {
    throw new UsageError(`${where} holds ${documents.length} YAML documents; keep one and remove the "---" lines.`);
  }
  return documents[0] ?? null;
}

type Mapping = Record<string, unknown>;

/** A configuration has a hundred values; ten lines of anchors that repeat each other can stand for billions. */
const MOST_VALUES = 100_000;

/**
 * Copies of what anchors share, so that --set changes one place only.
 * @throws UsageError for an anchor inside itself, and for anchors that stand for too many values.
 */
function withoutAliases(
  value: unknown,
  where: string,
  around: readonly unknown[] = [],
  count = { values: 0 },
): unknown {
  if (++count.values > MOST_VALUES)
    throw new UsageError(`${where} holds more than ${MOST_VALUES} values, its anchors written out; remove some.`);
  if (typeof value !== 'object' || value === null) return value;
  if (around.includes(value)) throw new UsageError(`${where} has an anchor that holds itself; write its values out.`);
  const inside = [...around, value];
  if (Array.isArray(value)) return value.map((item) => withoutAliases(item, where, inside, count));
  const copy: Mapping = {};
  for (const [key, item] of Object.entries(value)) {
    const own = withoutAliases(item, where, inside, count);
    // YAML's merge key: what it names has no say over the mapping's own keys, and of several the first one that has a key
    const merged = key === '<<' ? [own].flat().filter(isMapping).reverse() : [];
    if (merged.length === 0) define(copy, key, own);
    else
      for (const [name, inherited] of Object.entries(Object.assign({}, ...merged) as Mapping))
        if (!Object.hasOwn(value, name)) define(copy, name, inherited);
  }
  return copy;
}

/** A section with nothing in it, such as one whose keys are all commented out, is one that is not there. */
function dropEmptySections(values: Mapping, defaults: Mapping): void {
  for (const [key, section] of Object.entries(defaults)) {
    if (!isMapping(section)) continue;
    if (values[key] === null) delete values[key];
    else if (isMapping(values[key])) dropEmptySections(values[key], section);
  }
}

function assign(values: Mapping, assignment: string): void {
  const equals = assignment.indexOf('=');
  if (equals < 1) {
    throw new UsageError(`--set ${shown(assignment)} is not an assignment; write --set linearizer.num_blocks=8.`);
  }
  const text = assignment.slice(equals + 1);
  if (text.trim() === '') {
    throw new UsageError(
      `--set ${shown(assignment)} has no value (a variable that is not set?); write ${shown(assignment.trim())}null for the default.`,
    );
  }
  const keys = assignment.slice(0, equals).split('.');
  const last = keys.pop()!;
  let mapping = values;
  for (const key of keys) {
    const next = Object.hasOwn(mapping, key) ? mapping[key] : undefined;
    mapping = isMapping(next) ? next : define(mapping, key, {});
  }
  define(mapping, last, parseYaml(text, `The value of --set ${shown(assignment)}`));
}

/** Own properties only, so that a key named `__proto__` is an unknown key like any other. */
function define<T>(mapping: Mapping, key: string, value: T): T {
  Object.defineProperty(mapping, key, { value, enumerable: true, writable: true, configurable: true });
  return value;
}

function explain(issue: z.core.$ZodIssue, file: string, values: Mapping): string {
  if (issue.code === 'unrecognized_keys') {
    const key = [...issue.path, issue.keys[0]!].join('.');
    return `Unknown key ${shown(key)} (${file}, or --set); did you mean ${nearestKey(shown(key))}?`;
  }
  const key = issue.path.join('.');
  const value = issue.path.reduce<unknown>((at, part) => (at as Mapping | undefined)?.[part as string], values);
  return `${key} is ${describe(value)} (${file}, or --set): ${expectation(issue)}.`;
}

function describe(value: unknown): string {
  if (typeof value === 'number') return String(value); // JSON has neither infinity nor NaN
  return value === undefined ? 'missing' : shown(JSON.stringify(value));
}

const LONGEST = 200; // characters of what a file holds, in a message

/** On one line of a terminal: control characters as escapes, a long text cut. */
function shown(text: string): string {
  const line = text.slice(0, LONGEST).replace(/\p{Cc}/gu, escaped);
  return text.length <= LONGEST ? line : `${line}…`;
}

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The known key that is the fewest edits away, by its whole path or by its last part (the right key in the wrong section). */
function nearestKey(key: string): string {
  const edits = (candidate: string) =>
    Math.min(distance(key, candidate), 1 + distance(lastPart(key), lastPart(candidate)));
  return keyPaths(configSchema.parse({})).reduce((best, candidate) =>
    edits(candidate) < edits(best) ? candidate : best,
  );
}

const lastPart = (key: string) => key.slice(key.lastIndexOf('.') + 1);

function keyPaths(values: Mapping, prefix = ''): string[] {
  return Object.entries(values).flatMap(([key, value]) => [
    prefix + key,
    ...(isMapping(value) ? keyPaths(value, `${prefix}${key}.`) : []),
  ]);
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
