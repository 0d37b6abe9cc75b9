// Templates of several images as one embedding: the mean over each medium (a video's frames are one), summed over media, of unit length.
import { DataOptionError } from '../../errors.js';
import { euclideanNorm } from '@lin/verification';
import type { IjbTemplates } from './meta-files.js';

export interface UnitTemplates {
  /** Template number → row. */
  rows: ReadonlyMap<number, number>;
  /** [templates · size], rows of unit length. */
  unit: Float64Array;
  size: number;
}

/** Sums as the images come: memory is that of the templates, not of the images. */
export class TemplateEmbeddings {
  readonly rows = new Map<number, number>();
  /** Images of the same medium in the same template, for each image. */
  private readonly sharing: Int32Array;
  private sums = new Float64Array(0);

  constructor(private readonly templates: IjbTemplates) {
    const { templateIds, mediaIds } = templates;
    const counts = new Map<string, number>();
    const mediumOf = (i: number) => `${templateIds[i]} ${mediaIds[i]}`;
    for (let i = 0; i < templateIds.length; i++) {
      counts.set(mediumOf(i), (counts.get(mediumOf(i)) ?? 0) + 1);
      if (!this.rows.has(templateIds[i]!)) this.rows.set(templateIds[i]!, this.rows.size);
    }
    this.sharing = Int32Array.from(templateIds, (_, i) => counts.get(mediumOf(i))!);
  }

  /** `embedding`, times `weight`, as that of image `image`. */
  add(image: number, embedding: Float64Array, weight: number): void {
    if (this.sums.length === 0) this.sums = new Float64Array(this.rows.size * embedding.length);
    const at = this.rows.get(this.templates.templateIds[image]!)! * embedding.length;
    const share = weight / this.sharing[image]!;
    for (let i = 0; i < embedding.length; i++) this.sums[at + i]! += share * embedding[i]!;
  }

  /** Scales every template to unit length. @throws DataOptionError for one whose length is zero or not finite: it has no direction. */
  finish(): UnitTemplates {
    const { rows, sums: unit } = this;
    const size = unit.length / rows.size;
    for (const [template, row] of rows) {
      const values = unit.subarray(row * size, (row + 1) * size);
      const norm = euclideanNorm(values);
      if (!(norm > 0 && Number.isFinite(norm)))
        throw new DataOptionError(
          `The embedding of template ${template} has length ${norm}; the model is damaged, or has diverged.`,
        );
      for (let i = 0; i < size; i++) values[i]! /= norm;
    }
    return { rows, unit, size };
  }
}
