import { testDocExamples } from '../../../tools/test-example.js';

const PAGES = [
  'transforms',
  'shapes-containers',
  'couplings',
  'autoregressive-residual',
  'densities',
  'interoperation',
  'inverses',
  'tutorials/first-flow',
];
testDocExamples(import.meta.url, { pages: ['../README.md', ...PAGES.map((page) => `../../../docs/${page}.md`)] });
