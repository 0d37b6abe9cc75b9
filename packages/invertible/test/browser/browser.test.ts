import chromium from '@sparticuz/chromium';
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { chromium as launcher } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromiumForTests } from '../../../../tools/chromium-for-tests.js';
import type { TwoMoons } from './two-moons.js';

const { chromium: browserOfMachine, skipped } = await chromiumForTests();

test.skipIf(skipped)(
  `in Chromium, a flow learns two moons on WebGL and is inverted${skipped ? ` (SKIPPED: ${skipped})` : ''}`,
  { timeout: 180_000 },
  async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('two-moons.ts', import.meta.url))],
      bundle: true,
      format: 'iife',
      conditions: ['@lin/source'], // nothing is built here
      write: false,
      logLevel: 'error', // an import of a Node module would be one
    });
    const browser = await launcher.launch({ ...browserOfMachine, args: chromium.args });
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: outputFiles[0]!.text });
      const result = await page.evaluate(() =>
        (globalThis as unknown as { learnTwoMoons(): Promise<TwoMoons> }).learnTwoMoons(),
      );
      expect(result).toMatchObject({ backend: 'webgl', float32: true, tensorsLeft: 0 });
      // A normal distribution fitted to two moons has a negative log-likelihood of 1.9; the one of scikit-learn's moons with this noise is
      // about 0.6.
      expect(result.before).toBeGreaterThan(1.9);
      expect(result.after).toBeLessThan(1.3);
      expect(result.roundTrip).toBeLessThan(1e-4);
    } finally {
      await browser.close();
    }
  },
);
