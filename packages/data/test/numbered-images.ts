// Stand-ins for encoded images, of different lengths and each with its number inside.
export const IMAGES_PER_IDENTITY = 5;

export const numberedImage = (i: number) =>
  Uint8Array.from({ length: 3000 + ((i * 7919) % 4001) }, (_, at) =>
    at < 4 ? (i >>> (8 * at)) & 255 : (i + at) % 251,
  );
