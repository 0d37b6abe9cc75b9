// An image turned about its middle: bilinear between pixels, the border repeated outside.
import { IMAGE_BYTES, IMAGE_SIZE } from '../images/image-size.js';

const ROW_BYTES = IMAGE_SIZE * 3;
const MIDDLE = (IMAGE_SIZE - 1) / 2;

/** Turns the RGB bytes [112, 112, 3] by `degrees`, counter-clockwise as one looks at the image. */
export function rotateImage(image: Uint8Array, degrees: number): void {
  const source = image.slice(0, IMAGE_BYTES);
  const radians = (degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(radians), Math.sin(radians)];
  for (let at = 0, row = 0; row < IMAGE_SIZE; row++) {
    for (let column = 0; column < IMAGE_SIZE; column++, at += 3) {
      // where this pixel was; rows grow downwards
      const x = inside(MIDDLE + cosine * (column - MIDDLE) - sine * (row - MIDDLE));
      const y = inside(MIDDLE + sine * (column - MIDDLE) + cosine * (row - MIDDLE));
      const [west, north] = [Math.floor(x), Math.floor(y)];
      const [right, down] = [x - west, y - north];
      const upper = north * ROW_BYTES + west * 3;
      const lower = down > 0 ? upper + ROW_BYTES : upper;
      const step = right > 0 ? 3 : 0;
      for (let channel = 0; channel < 3; channel++) {
        const above = source[upper + channel]! * (1 - right) + source[upper + step + channel]! * right;
        const below = source[lower + channel]! * (1 - right) + source[lower + step + channel]! * right;
        image[at + channel] = Math.round(above * (1 - down) + below * down);
      }
    }
  }
}

const inside = (place: number) => Math.min(IMAGE_SIZE - 1, Math.max(0, place));
