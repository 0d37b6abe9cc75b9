import { writeFile } from 'node:fs/promises';
import { initEngine } from '@lin/engine';
import { style } from './style.js';

await initEngine();
const { numbers, figures } = await style();
console.log(numbers);
for (const [name, { svg }] of Object.entries(figures)) await writeFile(`${name}.svg`, svg);
