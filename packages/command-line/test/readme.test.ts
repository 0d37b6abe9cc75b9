import { testExample } from '../../../tools/test-example.js';

testExample('../README.md', import.meta.url);
