import { testDocExamples } from '../../../tools/test-example.js';

const PAGES = ['linear-algebra', 'unlearning'];
testDocExamples(import.meta.url, { pages: ['../README.md', ...PAGES.map((page) => `../../../docs/${page}.md`)] });
