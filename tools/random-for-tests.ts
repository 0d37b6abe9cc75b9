// The one generator of this repository's tests, for packages that are below @lin/data and do not depend on it.
export { Random } from '../packages/data/src/order/random.js';
