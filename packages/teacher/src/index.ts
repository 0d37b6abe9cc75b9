export { alignFace } from './alignment/align-face.js';
export { similarityBetween, type Similarity } from './alignment/similarity.js';
export {
  openEmbeddingCache,
  verifyEmbeddingCache,
  type CacheReport,
  type EmbeddingCache,
  type OpenEmbeddingCacheOptions,
} from './cache/embedding-cache.js';
export { fillEmbeddingCache, type CacheOptions, type FillOptions, type ImageSource } from './cache/fill.js';
export { type CachePrecision, type CacheShard, type CacheVariant } from './cache/layout.js';
export { mergeEmbeddingShards } from './cache/merge.js';
export { EmbeddingError, TeacherError } from './errors.js';
export {
  openFaceAnalyzer,
  type Analysis,
  type AnalyzeOptions,
  type Face,
  type FaceAnalyzer,
  type OpenFaceAnalyzerOptions,
} from './face-analyzer.js';
export { fetchPack, RELEASES_ADDRESS, type FetchPackOptions } from './packs/fetch-pack.js';
export {
  findInsightFace,
  findPack,
  modelFor,
  type FindPackOptions,
  type Pack,
  type PackModel,
} from './packs/find-pack.js';
export {
  MODEL_TASKS,
  PUBLISHED_MODELS,
  PUBLISHED_PACKS,
  type ModelTask,
  type PublishedFile,
  type PublishedPack,
} from './packs/published.js';
export { PhotoError } from './photo/photo-error.js';
export { readPhoto, type Photo, type ReadPhotoOptions } from './photo/read-photo.js';
export { type Detection } from './detection/decode-scrfd.js';
export { type RgbImage } from './photo/rgb-image.js';
export { type RecogniserConfig } from './recognition/inspect-recogniser.js';
export { loadTeacher, type LoadTeacherOptions } from './recognition/load-teacher.js';
export { type OnnxTeacherOptions } from './recognition/onnx-teacher.js';
export {
  type Crops,
  type EmbedOptions,
  type Teacher,
  type TeacherDescription,
  type TeacherNetwork,
} from './recognition/teacher.js';
export { teacherOf } from './recognition/teacher-of.js';
export { TEACHERS, type TeacherKind } from './recognition/teachers.js';
export { SAMPLE_TEACHER_NAME, SAMPLE_TEACHER_SHA256, sampleTeacher } from './sample-teacher.js';
export { PROVIDERS, type Provider, type SkippedProvider } from './session/open-in-order.js';
