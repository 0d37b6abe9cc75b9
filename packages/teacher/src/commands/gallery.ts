// People by name: a folder with a folder of pictures for each person, or a picture of each, named after them.
import { relative, sep, parse } from 'node:path';
import { UsageError, type CommandSession } from '@lin/command-line';
import type { FaceAnalyzer } from '../face-analyzer.js';
import { cosineOf } from '../grouping/cosine.js';
import { analyzeAll } from './analyze-all.js';
import { picturesIn, type Photograph } from './photographs.js';

export interface GalleryPicture extends Photograph {
  person: string;
}

export interface Match {
  person: string;
  /** Of the person's picture that is nearest. */
  cosine: number;
  picture: string;
}

/** @throws UsageError for a folder that is not there, or has no pictures. */
export async function galleryPictures(folder: string): Promise<GalleryPicture[]> {
  const paths = await picturesIn(folder).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${folder} cannot be read (${error.code}); expected a folder with a folder for each person.`);
  });
  if (paths.length === 0) throw new UsageError(`${folder} holds no pictures; expected a folder for each person.`);
  return paths.map((path) => ({ name: path, photo: path, person: personOf(relative(folder, path)) }));
}

/** The first folder's name, or the file's without its extension. */
function personOf(path: string): string {
  const [first, ...rest] = path.split(sep);
  return rest.length > 0 ? first! : parse(path).name;
}

export class Gallery {
  private constructor(
    private readonly faces: readonly { person: string; picture: string; embedding: Float32Array }[],
  ) {}

  /** Of each picture the most prominent face. @throws UsageError where no picture has one. */
  static async of(
    pictures: readonly GalleryPicture[],
    analyzer: FaceAnalyzer,
    session: CommandSession,
  ): Promise<Gallery> {
    const faces = [];
    let i = 0;
    for await (const { name, analysis } of analyzeAll(analyzer, pictures, session, { maxFaces: 1 })) {
      const { person } = pictures[i++]!;
      for (const { embedding } of analysis?.faces ?? []) faces.push({ person, picture: name, embedding: embedding! });
    }
    if (faces.length === 0) throw new UsageError('No picture of the gallery has a face.');
    return new Gallery(faces);
  }

  /** Each person once, by the nearest of their pictures; the nearest person first. */
  matches(embedding: Float32Array): Match[] {
    const best = new Map<string, Match>();
    for (const { person, picture, embedding: own } of this.faces) {
      const cosine = cosineOf(embedding, own);
      if (cosine > (best.get(person)?.cosine ?? -Infinity)) best.set(person, { person, cosine, picture });
    }
    return [...best.values()].sort((a, b) => b.cosine - a.cosine || (a.person < b.person ? -1 : 1));
  }
}
