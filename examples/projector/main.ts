import { writeFile } from 'node:fs/promises';
import { initEngine } from '@lin/engine';
import { projector } from './projector.js';

await initEngine();
const { numbers, figures } = await projector();
console.log(numbers);
for (const [name, { svg }] of Object.entries(figures)) await writeFile(`${name}.svg`, svg);
