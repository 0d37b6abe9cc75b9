import { testExample } from '../../../tools/test-example.js';
import { tensorFlowMissing } from './backends.js';

testExample('../../../docs/recording.md', import.meta.url, { skipped: await tensorFlowMissing() });
