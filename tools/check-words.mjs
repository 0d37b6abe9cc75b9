// Holds the words: phrases that were replaced, each by the term of its field or by plain English, do not come back in code or in docs.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));

/** What is no longer written, and what is instead. */
const BANNED = [
  [/\bseed's\b|\bseed-size|\bseedSandwich|\bseed-sandwich/, "the authors' notebook (a reader thinks of random seeds)"],
  [/\bcan(?:not)? be had\b/, 'is (not) available'],
  [/\bwhom\b/, 'a sentence without "whom"'],
  [/\bthat there (?:is|are) (?:not\b|none\b)/, 'that does not exist'],
  [/\bthat there (?:is|are)(?! (?:no|an?|at|more|one)\b)/, 'that exists'],
  [/(?<!\bthere )(?<!\bLIN_LIBTENSORFLOW )\bis none\b/, 'is not one, or what it is instead'],
  [/\bas many\b(?! (?:\S+ ){0,2}as\b)/, 'the same number of'],
  [/\bso many (?:of each|identities|images of)\b/, 'n, or this number of'],
  [/\bnumber(?:ed|s)? (?:them )?anew\b/, 'renumber'],
  [/\b[Tt]urned round\b/, 'inverted, or reversed'],
  [/\bwhat\s+is around\b/, 'the environment'],
  [/\bis another now\b/, 'has changed'],
  [/\bgoes on working\b|\bthe rest goes on\b/, 'can still be used; is still processed'],
  [/\bSingularValues\b/, 'Svd'],
  [/\bhiddenSize\b/, 'hiddenDim'],
  [/\bapplyQTransposed\b/, 'Qr, which has no such method'],
];

const files = execFileSync('git', ['ls-files', '--', '*.ts', '*.mts', '*.mjs', '*.js', '*.cjs', '*.md', '*.yaml'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && file !== 'tools/check-words.mjs');

const found = files.flatMap((file) =>
  readFileSync(`${root}/${file}`, 'utf8')
    .split('\n')
    .flatMap((line, i) =>
      BANNED.flatMap(([phrase, instead]) => {
        const match = phrase.exec(line);
        return match ? [`${file}:${i + 1}: "${match[0]}"; write: ${instead}`] : [];
      }),
    ),
);
process.stdout.write(found.length === 0 ? `${files.length} files say what they mean\n` : `${found.join('\n')}\n`);
process.exitCode = found.length === 0 ? 0 : 1;
