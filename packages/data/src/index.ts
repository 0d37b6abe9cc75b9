export { batches, type Batch, type BatchesOptions, type BatchPosition, type Variants } from './batches/batches.js';
export { batchCount, type EpochPlanOptions, type Shard, type Slice } from './batches/epoch-plan.js';
export { type Augmentation } from './batches/augment.js';
export { type Shuffle } from './batches/epoch-order.js';
export { SkippedRecords, type SkippedSummary } from './batches/skipped-records.js';
export { decodeImage } from './images/decode-image.js';
export type { RgbImage } from './images/decode-upright.js';
export { IMAGE_BYTES, IMAGE_SIZE } from './images/image-size.js';
export { DataOptionError, RecordError } from './errors.js';
export { Random } from './order/random.js';
export { openRecords, type OpenOptions } from './records/open-records.js';
export type { FaceRecord, RecordSet, SkippedRecord, SkipOptions } from './records/record-set.js';
export type { Property } from './recordio/property.js';
export { reindex, type DamagedRange, type ReindexOptions, type ReindexReport } from './recordio/reindex.js';
export { Im2recWriter } from './records/im2rec-writer.js';
export { RecordWriter, type RecordWriterOptions } from './records/record-writer.js';
export type { WriterOptions } from './recordio/resumable-records.js';
export { ensureSampleSet, type SampleSetOptions } from './sample-faces/sample-set.js';
export { IDENTITY_NUMBERS, type FaceAppearance, type FaceIdentity } from './sample-faces/face-parameters.js';
export { encodeSampleFace, sampleFace, type SampleFace, type SampleFaceOptions } from './sample-faces/sample-face.js';
export { joinRecords, type JoinedRecords } from './records/join-records.js';
export { splitByIdentity, type IdentitySplit, type SplitByIdentityOptions } from './records/split.js';
export { contactSheet, type ContactSheetOptions } from './making/contact-sheet.js';
export { drawPairs, mostPairsPerFold, type DrawPairsOptions, type ImagePair } from './making/draw-pairs.js';
export { importFolder, type ImportFolderOptions } from './making/import-folder.js';
export type { ImportReport } from './making/import-report.js';
export { inspectPack, packSheet, type PackReport, type PackSheetOptions } from './making/inspect-pack.js';
export { inspectRecords, type RecordsReport } from './making/inspect-records.js';
export type { AlignFunction, Chroma, PrepareOptions } from './making/prepare-image.js';
export { shuffleRecords, type ShuffleRecordsOptions } from './making/shuffle-records.js';
export { splitRecords, type SplitRecordsOptions } from './making/split-records.js';
export { subsetRecords, type SubsetRecordsOptions } from './making/subset-records.js';
export {
  verifyRecords,
  type DamagedRecord,
  type VerifyRecordsOptions,
  type VerifyReport,
} from './making/verify-records.js';
export {
  writeListedPairs,
  writePairs,
  type WriteListedPairsOptions,
  type WritePairsOptions,
} from './making/write-pairs.js';
export { openVerificationPack, type VerificationPack } from './packs/verification-pack.js';
export { writeVerificationPack, type WriteVerificationPackOptions } from './packs/write-verification-pack.js';
export { evaluatePack, type EvaluatePackOptions, type PackEvaluation } from './packs/evaluate-pack.js';
export type { EmbedFunction, FlipEmbeddings } from './packs/embed-with-flip.js';
export {
  evaluateIjb,
  type EvaluateIjbOptions,
  type IjbReport,
  type LandmarkAlignFunction,
} from './packs/ijb/evaluate-ijb.js';
export type { IjbRelease } from './packs/ijb/meta-files.js';
