import { testBijections } from '../../test/bijection-contract.js';

testBijections({ runs: 30 });
