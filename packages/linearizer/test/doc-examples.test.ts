import { testDocExamples } from '../../../tools/test-example.js';

const PAGES = ['concepts', 'tutorials/first-linearizer', 'tutorials/unlearn-a-person', 'linear-algebra', 'unlearning'];
testDocExamples(import.meta.url, { pages: ['../README.md', ...PAGES.map((page) => `../../../docs/${page}.md`)] });
