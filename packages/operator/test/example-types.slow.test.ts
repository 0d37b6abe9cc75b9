import { testExampleTypes } from '../../../tools/type-check-examples.js';

const PAGES = ['operator', 'fitting', 'decompositions'].map((page) => `../../../docs/${page}.md`);
testExampleTypes(['../README.md', ...PAGES], import.meta.url, { resolution: 'Bundler' });
