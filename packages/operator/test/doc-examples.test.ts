import { testDocExamples } from '../../../tools/test-example.js';

const PAGES = ['operator', 'fitting', 'decompositions'];
testDocExamples(import.meta.url, { pages: ['../README.md', ...PAGES.map((page) => `../../../docs/${page}.md`)] });
