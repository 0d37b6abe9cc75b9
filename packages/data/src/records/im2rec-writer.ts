// Writes .rec and .idx as mxnet's im2rec.py does: images alone, each with its own label, keys from 0.
import { encodeImageRecord } from '../recordio/image-record.js';
import { ResumableRecords, type WriterOptions } from '../recordio/resumable-records.js';

/** Nothing has its final name before `close`, and nothing that is there is overwritten. */
export class Im2recWriter {
  private constructor(
    private readonly records: ResumableRecords,
    private nextKey: number,
  ) {}

  /** As `RecordWriter.open`. @throws RecordError */
  static async open(options: WriterOptions): Promise<Im2recWriter> {
    const records = await ResumableRecords.open('im2rec', options, () => {});
    return new Im2recWriter(records, records.done);
  }

  /** Images that are safe on the disk, under keys 0 … `done` − 1. */
  get done(): number {
    return this.records.done;
  }

  /**
   * A number as label is kept in the header (flag 0), a list behind it (flag = its length; the first is the identity). Returns the image's
   * key.
   */
  async addImage(image: Uint8Array, label: number | readonly number[]): Promise<number> {
    const key = this.nextKey++;
    await this.records.appendImage(encodeImageRecord({ label, id: key, image }), { key, label: UNUSED });
    return key;
  }

  /** Makes all images so far safe on the disk. */
  sync(): Promise<void> {
    return this.records.sync();
  }

  /** Gives the files their names, the .rec's last. */
  close(): Promise<void> {
    return this.records.finish();
  }

  /** Ends here, to be resumed later. */
  suspend(): Promise<void> {
    return this.records.suspend();
  }

  /** Gives up: removes what was written. */
  abort(): Promise<void> {
    return this.records.abort();
  }
}

/** Nothing behind the images depends on their labels, so that the journal need not keep them. */
const UNUSED = 0;
