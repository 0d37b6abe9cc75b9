// What openRecords finds out about a set, whatever its layout.
export interface Layout {
  name: 'insightface' | 'im2rec';
  /** Keys of the images, ascending. */
  keys: Float64Array;
  /** labels[i] is the identity of keys[i]. */
  labels: Int32Array;
  /** Identity records that the images' own labels contradict: a person in several of them, or several people in one. */
  contradicting: number;
  /** Whether the id in a record's header is its key, as face2rec2 and im2rec write it. */
  idsAreKeys: boolean;
}
