// The images of every key, one row each, where damaged records are left out: the teacher's cache has a row for every image, whatever became
// of it.
import { IMAGE_BYTES, type Batch } from '@lin/data';

/**
 * What is missing in `batches` of `keys`, in their order, becomes a plain grey image. Its embedding is a row that nobody asks for: whoever
 * reads the images leaves the same records out.
 */
export async function* imagesInPlace(
  keys: Float64Array,
  batches: AsyncIterable<Batch>,
): AsyncGenerator<Uint8Array, void, void> {
  let done = 0;
  for await (const { images, keys: there, position } of batches) {
    yield there.length === position.image - done ? images : spread(keys.subarray(done, position.image), there, images);
    done = position.image;
  }
  if (done < keys.length) yield spread(keys.subarray(done), new Float64Array(0), new Uint8Array(0));
}

const GREY = 128;

function spread(wanted: Float64Array, there: Float64Array, images: Uint8Array): Uint8Array {
  const all = new Uint8Array(wanted.length * IMAGE_BYTES).fill(GREY);
  let next = 0;
  for (const [i, key] of wanted.entries()) {
    if (key !== there[next]) continue;
    all.set(images.subarray(next * IMAGE_BYTES, (next + 1) * IMAGE_BYTES), i * IMAGE_BYTES);
    next++;
  }
  return all;
}
