// What a teacher is: a function from aligned crops to unit embeddings, whatever computes it.
import type { EmbeddingError } from '../errors.js';

/** RGB bytes [count, 112, 112, 3], or image files of 112×112 pixels. */
export type Crops = Uint8Array | string | readonly string[];

export interface EmbedOptions {
  /** Images in one run of the network. */
  batch?: number;
  /**
   * Called for each image that has no embedding: its row is NaN, and so is its norm, and the others are computed. Without it, the first
   * such image is an error.
   */
  onFailed?: (failure: EmbeddingError) => void;
}

/** What is known of a teacher. */
export interface TeacherDescription {
  /** How reports name it. */
  readonly name: string;
  /** Its file, or what else messages call it. */
  readonly path: string;
  /** Of its file, or of whatever decides what it answers, in hexadecimal. */
  readonly sha256: string;
  /** What its embeddings are known by in caches: `sha256`, unless it was told to scale pixels otherwise, or to give another output. */
  readonly fingerprint: string;
  readonly embeddingSize: number;
  /** Images of one run: the step in which `embed` works. */
  readonly batchSize: number;
  /** True for an untrained network that stands in for a recogniser: it recognises nobody. */
  readonly standIn: boolean;
  /** What a user should know of it: sentences. */
  readonly notice: string | undefined;
  /** Where it computes. */
  readonly provider: string;
  /** The providers that were preferred to that one, each with the reason why it was not taken. */
  readonly skipped: readonly { provider: string; reason: string }[];
}

/** A face recogniser. Calls may overlap. */
export interface Teacher extends TeacherDescription {
  /**
   * The embeddings of aligned crops → [count, embeddingSize], each row of unit Euclidean length.
   * @throws EmbeddingError for the first image that has none; TeacherError where these are not images of the right size.
   */
  embed(images: Crops, options?: EmbedOptions): Promise<Float32Array>;
  /**
   * The same, and the length [count] that each embedding had before: a measure of how well a face is to be recognised.
   * @throws as `embed` does.
   */
  embedWithNorms(images: Crops, options?: EmbedOptions): Promise<{ embeddings: Float32Array; norms: Float32Array }>;
  /**
   * The embeddings as the network gives them, of any length: verification protocols add those of an image and its mirror image.
   * @throws as `embed` does.
   */
  features(images: Crops, options?: EmbedOptions): Promise<Float32Array>;
  /** Lets the calls that were begun finish, then frees what it holds. */
  close(): Promise<void>;
}

/** What differs from teacher to teacher: `teacherOf` makes a teacher of it. */
export interface TeacherNetwork
  extends
    Pick<TeacherDescription, 'name' | 'path' | 'sha256' | 'embeddingSize'>,
    Partial<Pick<TeacherDescription, 'fingerprint' | 'batchSize' | 'standIn' | 'notice' | 'provider' | 'skipped'>> {
  /** It takes this number of images at a time, no other. */
  readonly fixedBatch?: number | undefined;
  /** Runs that may be under way at once. Default 1. */
  readonly runsAtOnce?: number;
  /**
   * RGB bytes [count, 112, 112, 3] → [count, embeddingSize], not normalised. `batch` ≥ count is the size of a whole batch.
   * @throws where it cannot; a TeacherError of fault `environment` where that has nothing to do with the images.
   */
  run(crops: Uint8Array, batch: number): Promise<Float32Array>;
  close(): Promise<void>;
}
