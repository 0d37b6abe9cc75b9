import { testExample } from '../../../tools/test-example.js';

testExample('../README.md', import.meta.url);
testExample('../../../docs/operator.md', import.meta.url);
testExample('../../../docs/fitting.md', import.meta.url);
testExample('../../../docs/decompositions.md', import.meta.url);
