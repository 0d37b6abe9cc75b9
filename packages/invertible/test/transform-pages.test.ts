import { testExample } from '../../../tools/test-example.js';

testExample('../../../docs/transforms.md', import.meta.url);
testExample('../../../docs/shapes-containers.md', import.meta.url);
testExample('../../../docs/autoregressive-residual.md', import.meta.url);
