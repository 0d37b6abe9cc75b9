// Examples, of pages and of docstrings, compile for a user of strict TypeScript, in Node (NodeNext) and with a bundler.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

interface Block {
  /** A file and a line. */
  place: string;
  code: string;
}

const STRICT: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
  customConditions: ['@lin/source'],
  skipLibCheck: true,
  noEmit: true,
};

const RESOLUTIONS = {
  NodeNext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  Bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
} satisfies Record<string, ts.CompilerOptions>;

/**
 * Asks that the examples of the pages, and of the docstrings in `../src`, compile. Both are relative to `from`, the test file's URL, beside
 * which their imports are found.
 */
export function testExampleTypes(
  pages: readonly string[],
  from: string,
  { resolution }: { resolution: keyof typeof RESOLUTIONS },
): void {
  test(`every example compiles in strict TypeScript, with ${resolution} resolution`, () => {
    const sources = fileURLToPath(new URL('../src', from));
    const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(?<!\.test)\.ts$/.test(file),
    );
    const all = [
      ...pages.map((page) => fileURLToPath(new URL(page, from))),
      ...files.map((file) => join(sources, file)),
    ];
    const folder = dirname(fileURLToPath(from)); // nothing is written there
    const blocks = new Map(all.flatMap(blocksOf).map((block, i) => [resolve(folder, `example-${i}.mts`), block]));
    expect(blocks.size, 'examples').toBeGreaterThan(0);
    expect(errorsOf(blocks, { ...STRICT, ...RESOLUTIONS[resolution] })).toEqual([]);
  }, 180_000);
}

/** `place: message` for each error that TypeScript finds in the examples, each of them a module of its own. */
function errorsOf(blocks: ReadonlyMap<string, Block>, options: ts.CompilerOptions): string[] {
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => blocks.has(path) || fileExists(path);
  host.readFile = (path) => blocks.get(path)?.code ?? readFile(path);
  host.getSourceFile = (path, language, ...rest) =>
    blocks.has(path)
      ? ts.createSourceFile(path, `${blocks.get(path)!.code}\nexport {};\n`, language)
      : getSourceFile(path, language, ...rest);
  const program = ts.createProgram([...blocks.keys()], options, host);
  return [...blocks].flatMap(([path, { place }]) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ messageText, start }) => {
      const line = program.getSourceFile(path)!.getLineAndCharacterOfPosition(start ?? 0).line + 1;
      return `${place}, line ${line} of it: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    }),
  );
}

/** In a docstring, lines begin with a star. */
function blocksOf(page: string): Block[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^( \* )?```ts\n(.*?)^\1?```/gms)].map(({ 1: star, 2: code, index }) => ({
    place: `${join(dirname(page).split('/').at(-1)!, page.split('/').at(-1)!)}:${text.slice(0, index).split('\n').length}`,
    code: star ? code!.replaceAll(/^ \* ?/gm, '') : code!,
  }));
}
