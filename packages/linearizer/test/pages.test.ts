import { testExamples } from '../../../tools/test-example.js';

const PAGES = ['linear-algebra', 'unlearning'];
testExamples(['../README.md', ...PAGES.map((page) => `../../../docs/${page}.md`)], import.meta.url);
