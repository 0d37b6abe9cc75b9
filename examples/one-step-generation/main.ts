import { writeFile } from 'node:fs/promises';
import { initEngine } from '@lin/engine';
import { eightGaussians } from './eight-gaussians.js';
import { faces } from './faces.js';

await initEngine();
for (const example of [eightGaussians, faces]) {
  const { numbers, figures } = await example();
  console.log(example.name, numbers);
  for (const [name, { svg }] of Object.entries(figures)) await writeFile(`${name}.svg`, svg);
}
