// Which classes and functions that a package exports have no docstring, or no example in it.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** Without the types of the language, of Node and of other people's packages: what is exported, and what is said of it, needs none. */
const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  customConditions: ['@lin/source'],
  noLib: true,
  types: [],
  skipLibCheck: true,
  noEmit: true,
};

/** `file: name lacks …` for each, over all entries of the package in `folder`. */
export function undocumentedExports(folder: string): string[] {
  const entries = entriesOf(folder);
  const program = ts.createProgram(entries, OPTIONS, hostOfOwnSources());
  const checker = program.getTypeChecker();
  const lacking = entries.flatMap((entry) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!);
    return (module ? checker.getExportsOfModule(module) : []).flatMap((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (!isClassOrFunction(symbol, checker) || isError(symbol)) return [];
      const lacks = [
        ...(symbol.getDocumentationComment(checker).length === 0 ? ['a sentence'] : []),
        ...(symbol.getJsDocTags(checker).some(({ name }) => name === 'example') ? [] : ['an example']),
      ];
      const file = relative(folder, symbol.declarations![0]!.getSourceFile().fileName);
      return lacks.length === 0 ? [] : [`${file}: ${exported.name} lacks ${lacks.join(' and ')}`];
    });
  });
  return [...new Set(lacking)].sort();
}

/** `file: name` of every export of the packages, types and constants too, that no docstring says a word of. */
export function exportsWithoutSentence(folders: readonly string[]): string[] {
  const entries = folders.flatMap(entriesOf);
  const program = ts.createProgram(entries, OPTIONS, hostOfOwnSources());
  const checker = program.getTypeChecker();
  const without = entries.flatMap((entry) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!);
    return (module ? checker.getExportsOfModule(module) : []).flatMap((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const file = symbol.declarations?.[0]?.getSourceFile().fileName;
      if (file === undefined || symbol.getDocumentationComment(checker).length > 0) return [];
      return [`${relative(process.cwd(), file)}: ${exported.name}`];
    });
  });
  return [...new Set(without)].sort();
}

function entriesOf(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { '@lin/source'?: string }>;
  };
  return Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'object' && target['@lin/source'] ? [join(folder, target['@lin/source'])] : [],
  );
}

/** Finds files of this checkout only: a package's own, and those of `@lin/…`. */
function hostOfOwnSources(): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  host.resolveModuleNameLiterals = (names, from, _, options) =>
    names.map(({ text }) => {
      const isOwn = text.startsWith('.') || text.startsWith('@lin/');
      return isOwn
        ? ts.resolveModuleName(text, from, options, host, undefined, undefined, ts.ModuleKind.ESNext)
        : { resolvedModule: undefined };
    });
  return host;
}

/** A constant that holds a function counts, too. */
function isClassOrFunction(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Function)) return true;
  return (
    Boolean(symbol.flags & ts.SymbolFlags.Variable) && checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0
  );
}

/** Errors are thrown, not called: whose fault they are says more than an example would. */
const isError = (symbol: ts.Symbol) => symbol.name.endsWith('Error');
