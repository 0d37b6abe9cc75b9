import { writeFile } from 'node:fs/promises';
import { initEngine } from '@lin/engine';
import { pendulum } from './pendulum.js';

await initEngine();
const { numbers, figures } = await pendulum();
console.log(numbers);
for (const [name, { svg }] of Object.entries(figures)) await writeFile(`${name}.svg`, svg);
