export { EmbeddingCache, openEmbeddingCache, type ImageSource, type OpenEmbeddingCacheOptions } from './embedding-cache.js';
export { TeacherError } from './errors.js';
export { findInsightFace, type FindInsightFaceOptions } from './packs/find-insightface.js';
export { loadTeacher, type LoadTeacherOptions, type Teacher } from './recognition/teacher.js';
export { ensureStandInTeacher, type StandInTeacherOptions } from './stand-in/stand-in-teacher.js';
