import { testExamples } from '../../../tools/test-example.js';

const PAGES = [
  'transforms',
  'shapes-containers',
  'couplings',
  'autoregressive-residual',
  'densities',
  'interoperation',
  'inverses',
];
testExamples(['../README.md', ...PAGES.map((page) => `../../../docs/${page}.md`)], import.meta.url);
