import { testExample } from '../../../tools/test-example.js';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';

testExample('../../../docs/recording.md', import.meta.url, { skipped: await tensorFlowMissing() });
