// The contract of `Invertible`, for one of every bijection; invertible.slow.test.ts asks it of more seeds and batches.
import { testBijections, testThatBackendsAgree } from '../../test/bijection-contract.js';

testBijections({ runs: 3 });
testThatBackendsAgree();
