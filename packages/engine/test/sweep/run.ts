// Runs cases of the sweep on a backend.
import { describe, expect, test } from 'vitest';
import { readyBackends, type BackendName } from '../backends.js';
import { faultOf } from './sweep-case.js';
import { functionCases } from './functions.js';
import { layoutCases } from './layouts.js';
import { tensorCases } from './tensors.js';
import { windowCases } from './windows.js';

const FAMILIES = {
  'functions of numbers': functionCases,
  'reductions, products and what works along an axis': tensorCases,
  'shapes, indices, normalisations and images': layoutCases,
  'convolutions and pools': windowCases,
};
type Family = keyof typeof FAMILIES;

const CPU = { name: 'cpu' as const, title: 'cpu, against definitions and numeric derivatives', skipped: undefined };
const MINUTES = 60_000;

/** `chosen`: which cases of the backend. */
export async function testSweep(
  backend: BackendName,
  chosen: (which: { index: number; cases: number; family: Family }) => boolean = () => true,
): Promise<void> {
  const { name, title, skipped } = [CPU, ...(await readyBackends())].find(({ name }) => name === backend)!;
  describe(`on ${title}`, () => {
    test.skipIf(skipped).each(Object.entries(FAMILIES) as [Family, typeof functionCases][])(
      '%s: every answer and gradient is right, the same twice, or refused in words',
      { timeout: 20 * MINUTES },
      async (family, cases) => {
        const faults: string[] = [];
        for (const [index, sweepCase] of cases.entries()) {
          if (!chosen({ index, cases: cases.length, family })) continue;
          const fault = await faultOf(name, sweepCase);
          if (fault) faults.push(`${sweepCase.name}: ${fault}`);
        }
        expect(faults.slice(0, 200), `${faults.length} faults`).toEqual([]);
      },
    );
  });
}
