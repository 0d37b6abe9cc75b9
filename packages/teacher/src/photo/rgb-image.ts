/** A decoded picture. */
export interface RgbImage {
  /** RGB bytes [height, width, 3], rows from the top. */
  data: Uint8Array;
  width: number;
  height: number;
}
