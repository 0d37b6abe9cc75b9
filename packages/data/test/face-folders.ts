// Folders of faces to import: drawn in several formats, or the ORL photographs where a copy lies beside the repository.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
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

/** 40 people × 10 photographs (AT&T Laboratories Cambridge, credit Olivetti Research Laboratory) as PNG: sharp does not read PGM. */
export async function writeOrlFolders(folder: string): Promise<void> {
  for (const person of (await readdir(ORL)).filter((name) => /^s\d+$/.test(name))) {
    await mkdir(join(folder, person), { recursive: true });
    for (const name of await readdir(join(ORL, person))) {
      const pgm = await readFile(join(ORL, person, name));
      const [head, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.subarray(0, 64).toString('latin1'))!;
      const raw = { width: Number(width), height: Number(height), channels: 1 as const };
      await sharp(pgm.subarray(head.length), { raw })
        .png()
        .toFile(join(folder, person, name.replace('.pgm', '.png')));
    }
  }
}
