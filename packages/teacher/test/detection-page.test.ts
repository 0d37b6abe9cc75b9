import { testExample } from '../../../tools/test-example.js';

testExample('../../../docs/detection.md', import.meta.url);
