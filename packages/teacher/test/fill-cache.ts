// Fills a cache, or a part of one, with numbered crops, and prints each number of images that is done. Usage: fill-cache.ts FOLDER COUNT
// [INDEX/PARTS]
import { fillEmbeddingCache } from '../src/cache/fill.js';
import { filling } from './numbered-crops.js';

const [folder, count, part] = process.argv.slice(2) as [string, string, string?];
const [index, parts] = part?.split('/').map(Number) ?? [];
const shard = part === undefined ? undefined : { index: index!, count: parts! };
await fillEmbeddingCache({
  ...filling(folder, Number(count), shard),
  onProgress: ({ images }) => process.stdout.write(`${images}\n`),
});
