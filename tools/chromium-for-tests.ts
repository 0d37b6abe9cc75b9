// A Chromium for the tests: the machine's own, or the one that the npm package @sparticuz/chromium ships, with the libraries it needs.
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { noBinaries, packed, unpackArchive, unpackOnce } from './unpack-for-tests.js';

export interface Chromium {
  executablePath: string;
  env: Record<string, string>;
}

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/google-chrome'];

/** The browser, or why the tests in one are skipped, which is said aloud. */
export async function chromiumForTests(): Promise<{ chromium?: Chromium; skipped?: string }> {
  const chromium = await findChromium();
  const skipped = typeof chromium === 'string' ? chromium : whyItFails(chromium);
  if (skipped === undefined) return { chromium: chromium as Chromium };
  console.warn(`NOTHING IS TESTED IN A BROWSER: ${skipped}`);
  return { skipped };
}

async function findChromium(): Promise<Chromium | string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value !== undefined),
  ) as Chromium['env'];
  const installed = INSTALLED.find(existsSync);
  if (installed) return { executablePath: installed, env };
  if (noBinaries) return noBinaries;
  const folder = await unpackOnce('chromium', async (partial) => {
    const program = createWriteStream(join(partial, 'chromium'), { mode: 0o700 });
    await Promise.all([
      pipeline(createReadStream(packed('chromium.br')), createBrotliDecompress(), program),
      unpackArchive('swiftshader.tar.br', partial), // WebGL's, looked for beside the program
      unpackArchive('al2023.tar.br', partial), // lib/: NSS and expat, which a small system has not
      unpackArchive('fonts.tar.br', partial),
    ]);
  });
  const libraries = [join(folder, 'lib'), env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  const own = { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: env['FONTCONFIG_PATH'] ?? folder };
  return { executablePath: join(folder, 'chromium'), env: { ...env, ...own } };
}

/** Undefined where it starts. A library may be missing, or the system's C library may be another. */
function whyItFails({ executablePath, env }: Chromium): string | undefined {
  const { status, stderr, error } = spawnSync(executablePath, ['--version'], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status === 0) return undefined;
  return `${executablePath} does not start: ${error?.message ?? (stderr.trim().split('\n')[0] || `exit code ${status}`)}`;
}
