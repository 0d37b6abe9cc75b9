// A decoding thread: groups of encoded images in, their pixels out, in the order they come.
import { parentPort } from 'node:worker_threads';
import { decodeGroup, type ImageGroup } from './decode-group.js';

parentPort!.on('message', ({ id, group }: { id: number; group: ImageGroup }) => {
  void decodeGroup(group).then((decoded) => parentPort!.postMessage({ id, decoded }, [decoded.pixels.buffer]));
});
