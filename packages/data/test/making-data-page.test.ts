import { testExample } from '../../../tools/test-example.js';

testExample('../../../docs/making-data.md', import.meta.url);
