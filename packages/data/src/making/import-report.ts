// What an import did.
import type { FolderSurvey } from './image-folder.js';

export interface ImportReport {
  images: number;
  identities: number;
  /** Images left out because the identity has one of the same bytes. */
  duplicates: number;
  /** Groups of images of the same bytes under different identities; all are kept, and named at the end of import.jsonl. */
  sameContent: number;
  corrupt: number;
  /** Images in which `align` found no face. */
  withoutFace: number;
  /** Files that are no images by their names, by extension. */
  ignored: FolderSurvey['ignored'];
}
