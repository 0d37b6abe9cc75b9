/** Height and width of every image, in pixels. */
export const IMAGE_SIZE = 112;
/** Of its RGB pixels. */
export const IMAGE_BYTES = IMAGE_SIZE * IMAGE_SIZE * 3;
