import { testExample } from '../../../tools/test-example.js';

testExample('../../../docs/interoperation.md', import.meta.url);
