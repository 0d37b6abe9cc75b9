// What a file of Lin says of itself in its metadata: its format, such as lin.linearizer.1, and which version wrote it.
import { VERSION } from './version.js';

type Metadata = Readonly<Record<string, string>>;

/** For every file of this package. The files of the first 0.1.0 lack the writer. */
export const signed = (format: string) => ({ format, writer: `@lin/linearizer ${VERSION}` });

const FORMAT_OF_LIN = /^(lin\..+)\.\d+$/;

/**
 * Why a file of Lin cannot be read as `format`, as the end of a sentence that begins with its path.
 * undefined where it is of that format, or names none of Lin's.
 */
export function formatProblem(metadata: Metadata, format: string): string | undefined {
  const { format: found = '', writer = 'a version that does not say which it is' } = metadata;
  const kind = FORMAT_OF_LIN.exec(found)?.[1];
  if (found === format || kind === undefined) return undefined;
  const written = `was written as ${found} by ${writer}`;
  return kind === FORMAT_OF_LIN.exec(format)?.[1]
    ? `${written}; @lin/linearizer ${VERSION} reads ${format}: install the version that wrote it, or make the file again.`
    : `${written}, which is another kind of file than ${format}; check the path.`;
}

/** The path for messages, with the version that wrote the file where another than this one did. */
export function sourceOf(path: string, { writer }: Metadata): string {
  return writer === undefined || writer === signed('').writer ? path : `${path} (written by ${writer})`;
}
