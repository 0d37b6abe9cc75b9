/** Of this package, as its package.json has it: files say what wrote them. */
export const VERSION = '0.1.0';
