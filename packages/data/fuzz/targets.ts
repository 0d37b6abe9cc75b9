// Every fuzz target.
import type { FuzzTarget } from '../../../tools/fuzz/target.js';
import { binTarget } from './targets/bin.js';
import { idxTarget } from './targets/idx.js';
import { imageTarget } from './targets/image.js';
import { recTarget } from './targets/rec.js';

export const TARGETS: readonly FuzzTarget[] = [recTarget, idxTarget, binTarget, imageTarget];
