// All cases of the conformance table.
import type { OpCase } from '../op-case.js';
import { elementwise } from './elementwise.js';
import { highRankCases } from './high-ranks.js';
import { linear } from './linear.js';
import { reductionCases } from './reductions.js';
import { shapeCases } from './shapes.js';

export const cases: readonly OpCase[] = [...elementwise, ...linear, ...reductionCases, ...shapeCases, ...highRankCases];
