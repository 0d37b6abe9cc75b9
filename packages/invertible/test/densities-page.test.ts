import { testExample } from '../../../tools/test-example.js';

testExample('../../../docs/densities.md', import.meta.url);
