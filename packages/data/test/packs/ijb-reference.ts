// A small IJB folder's lists and the figures that numpy and scikit-learn find for it, which @lin/verification's tests have.
import { fileURLToPath } from 'node:url';

export { figuresOf, SCRIPT, type Ijb } from '../../../verification/test/reference.js';
export const META = fileURLToPath(new URL('../../../verification/test/ijb/meta', import.meta.url));
