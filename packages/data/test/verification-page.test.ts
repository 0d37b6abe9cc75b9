import { testExample } from '../../../tools/test-example.js';

testExample('../../../docs/verification.md', import.meta.url);
