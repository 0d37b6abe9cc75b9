import { testExamples } from '../../../tools/test-example.js';

const PAGES = ['operator', 'fitting', 'decompositions'];
testExamples(['../README.md', ...PAGES.map((page) => `../../../docs/${page}.md`)], import.meta.url);
