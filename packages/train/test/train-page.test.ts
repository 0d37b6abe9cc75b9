import { testExample } from '../../../tools/test-example.js';

testExample('../../../docs/train.md', import.meta.url);
