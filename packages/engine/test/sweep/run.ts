// Runs cases of the sweep on every backend that is here.
import { describe, expect, test } from 'vitest';
import { readyBackends } from '../backends.js';
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

const CPU = { name: 'cpu' as const, title: 'cpu, against definitions and numeric derivatives', skipped: undefined };
const MINUTES = 60_000;

/** `chosen`: which cases of each backend. */
export async function testSweep(chosen: (which: { index: number; cases: number; backend: string }) => boolean) {
  const others = await readyBackends();
  describe.each([CPU, ...others])('on $name: $title', ({ name, skipped }) => {
    test.skipIf(skipped).each(Object.entries(FAMILIES))(
      '%s: every answer and gradient is right, the same twice, or refused in words',
      { timeout: 20 * MINUTES },
      async (_, cases) => {
        const faults: string[] = [];
        for (const [index, sweepCase] of cases.entries()) {
          if (!chosen({ index, cases: cases.length, backend: name })) continue;
          const fault = await faultOf(name, sweepCase);
          if (fault) faults.push(`${sweepCase.name}: ${fault}`);
        }
        expect(faults.slice(0, 200), `${faults.length} faults`).toEqual([]);
      },
    );
  });
}
