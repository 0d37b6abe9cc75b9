// A TypeScript file of this checkout and what it imports of the packages' sources, as one file that plain Node runs: it starts in half the
// time that a loader takes, which asks for each of a hundred files in turn.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Other people's packages are imported from where the bundle lies. */
export async function bundleForTests(entry: string, bundle: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
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
