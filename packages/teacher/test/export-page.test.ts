import { testExample } from '../../../tools/test-example.js';

testExample('../../../docs/export.md', import.meta.url);
