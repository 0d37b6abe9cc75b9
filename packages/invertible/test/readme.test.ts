import { testExample } from '../../../tools/test-example.js';

testExample('../README.md', import.meta.url);
testExample('../../../docs/inverses.md', import.meta.url);
