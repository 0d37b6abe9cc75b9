// What kinds of images there are, from a sample of them.
import { describePicture } from '@lin/files/pictures';

export interface ImageSample {
  images: number;
  /** Their mean size. */
  bytesPerImage: number;
  /** How many are what, most first: "jpeg 112×112 4:2:0", "png 96×112 grey". */
  kinds: { kind: string; images: number }[];
  /** Of the sample, those whose header is no image's. Only `verify` decodes. */
  unreadable: number;
}

/** At so many, a kind that 1 % of a set has is missed once in 23,000. */
export const SAMPLE_SIZE = 1000;

/** Positions 0 … count − 1 at even distances, at most `most` of them. */
export function evenly(count: number, most: number): number[] {
  const size = Math.min(count, most);
  return Array.from({ length: size }, (_, i) => Math.floor((i * count) / size));
}

export async function sampleKinds(images: readonly Uint8Array[]): Promise<ImageSample> {
  const kinds = new Map<string, number>();
  let unreadable = 0;
  for (const image of images) {
    const kind = await kindOf(image);
    if (kind === undefined) unreadable++;
    else kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return {
    images: images.length,
    bytesPerImage: Math.round(images.reduce((sum, { length }) => sum + length, 0) / Math.max(1, images.length)),
    kinds: [...kinds]
      .map(([kind, images]) => ({ kind, images }))
      .sort((a, b) => b.images - a.images || (a.kind < b.kind ? -1 : 1)),
    unreadable,
  };
}

async function kindOf(image: Uint8Array): Promise<string | undefined> {
  const metadata = await describePicture(image).catch(() => undefined);
  if (!metadata) return undefined;
  const { format, width, height, channels, space, chromaSubsampling, isProgressive, orientation = 1 } = metadata;
  const colour = channels === 1 ? 'grey' : space === 'cmyk' ? 'CMYK' : chromaSubsampling;
  const extras = [colour, isProgressive && 'progressive', orientation !== 1 && `EXIF orientation ${orientation}`];
  return [format, `${width}×${height}`, ...extras.filter(Boolean)].join(' ');
}

/** "1000 sampled, 5444 bytes each: 998 jpeg 112×112 4:2:0, 2 unreadable". */
export function kindsText({ images, bytesPerImage, kinds, unreadable }: ImageSample): string {
  const counts = [
    ...kinds.map(({ kind, images }) => `${images} ${kind}`),
    ...(unreadable > 0 ? [`${unreadable} unreadable`] : []),
  ];
  return `${images} sampled, ${bytesPerImage} bytes each: ${counts.join(', ')}`;
}
