import { testTransforms } from './transform-contract.js';

testTransforms({ runs: 30 });
