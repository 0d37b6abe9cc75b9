// Folders of faces to import: drawn in several formats, or the ORL photographs where a copy lies beside the repository.
import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { picture } from './pictures.js';

/** Names that only natural order has in order: p1, p2, … p10. Each identity's images: a 112×112 JPEG, a larger PNG, a WebP, and so on. */
export async function writeFaceFolders(
  folder: string,
  { identities, imagesEach }: { identities: number; imagesEach: number },
): Promise<void> {
  const make = [
    (seed: number) => ({ name: 'jpg', image: picture(seed).jpeg({ quality: 90 }) }),
    (seed: number) => ({ name: 'png', image: picture(seed, 150, 180).png() }),
    (seed: number) => ({ name: 'webp', image: picture(seed, 90, 80).webp() }),
  ];
  for (let identity = 0; identity < identities; identity++) {
    const path = join(folder, `p${identity + 1}`);
    await mkdir(path, { recursive: true });
    for (let i = 0; i < imagesEach; i++) {
      const { name, image } = make[i % make.length]!(1000 * identity + i);
      await writeFile(join(path, `${i + 1}.${name}`), await image.toBuffer());
    }
  }
}

const ORL = fileURLToPath(new URL('../../../../shared/data/orl_faces', import.meta.url));
export const hasOrlFaces = existsSync(ORL);

/** Of 40 people × 10 photographs as PGM (AT&T Laboratories Cambridge, credit Olivetti Research Laboratory), the first `people`. */
export async function writeOrlFolders(folder: string, people: number): Promise<void> {
  for (const person of Array.from({ length: people }, (_, i) => `s${i + 1}`))
    await cp(join(ORL, person), join(folder, person), { recursive: true });
}
