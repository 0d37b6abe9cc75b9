import { testDocExamples } from '../../../tools/test-example.js';

testDocExamples(import.meta.url, { pages: ['../README.md'] });
