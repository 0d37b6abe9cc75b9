// Every command of the app: a new one is a file beside this one and a line here.
export { embedCommand } from './embed.js';
export { evaluateCommand } from './evaluate.js';
export { exportCommand } from './export.js';
export { runsCommand } from './runs.js';
export { spectrumCommand } from './spectrum.js';
export { trainCommand } from './train.js';
export { unlearnCommand } from './unlearn.js';
export { visualizeCommand } from './visualize.js';
