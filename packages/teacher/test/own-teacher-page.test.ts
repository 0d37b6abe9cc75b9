import { testExample } from '../../../tools/test-example.js';

testExample('../../../docs/tutorials/your-own-teacher.md', import.meta.url);
