import { testExample } from '../../../tools/test-example.js';

testExample('../README.md', import.meta.url);
testExample('../../../docs/linear-algebra.md', import.meta.url);
testExample('../../../docs/unlearning.md', import.meta.url);
