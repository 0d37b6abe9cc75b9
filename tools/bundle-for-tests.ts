// TypeScript files of this checkout with what they import of the packages' sources, bundled for plain Node: it starts in half the time that
// a loader takes, which asks for each of a hundred files in turn.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Makes a .mjs in `folder` of each. Other people's packages are imported from there. */
export async function bundleForTests(entries: readonly string[], folder: string): Promise<void> {
  await build({
    entryPoints: [...entries],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // a module that two of them import is one module
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@lin/source'], // nothing is built here
    keepNames: true,
    logLevel: 'error',
    plugins: [ownSources],
  });
}

const ownSources: Plugin = {
  name: 'own sources',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@lin/') ? undefined : { path, external: true },
    );
    onLoad({ filter: /\/packages\/[^/]+\/src\/.*\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      // Models, fonts and workers lie beside the source, not beside the bundle.
      contents: (await readFile(path, 'utf8')).replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    }));
  },
};
