export { batchCount, batches, type Batch, type BatchesOptions } from './batches.js';
export { decodeImage } from './images/decode-image.js';
export { IMAGE_BYTES, IMAGE_SIZE } from './images/image-size.js';
export { DataOptionError, RecordError } from './errors.js';
export { Random } from './random.js';
export { openRecords, type FaceRecord, type RecordSet } from './record-set.js';
export { RecordWriter, type RecordWriterOptions } from './record-writer.js';
export { ensureSampleSet, type SampleSetOptions } from './sample/sample-set.js';
export { splitByIdentity, type IdentitySplit, type SplitByIdentityOptions } from './split.js';
