// The contract of `Invertible` and the gates of the docs, for every transform of docs/transforms.md; transforms.slow.test.ts asks them of
// more seeds and batches.
import { testGradientsOfTransforms, testThatBackendsAgreeOnTransforms, testTransforms } from './transform-contract.js';

testTransforms({ runs: 3 });
testGradientsOfTransforms();
testThatBackendsAgreeOnTransforms();
