// A face as a URL that a figure can hold.
import sharp from 'sharp';
import { IMAGE_SIZE } from '@lin/data';

/** RGB bytes [112, 112, 3] as a PNG in a data: URL. */
export async function imageUrl(image: Uint8Array): Promise<string> {
  const png = await sharp(image, { raw: { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
