import { testExample } from '../../../tools/test-example.js';

testExample('../../../docs/couplings.md', import.meta.url);
