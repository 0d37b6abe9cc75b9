// Many photographs through one analyzer, a few at a time, in their order; one that fails is said and passed over.
import { Progress, type CommandSession } from '@lin/command-line';
import { TeacherError } from '../errors.js';
import type { Analysis, AnalyzeOptions, FaceAnalyzer } from '../face-analyzer.js';
import type { Photograph } from './photographs.js';

export interface Analysed extends Photograph {
  analysis?: Analysis;
  /** Why there is none. */
  error?: TeacherError;
}

/** Decoding, detection and recognition of different photographs overlap. */
const AT_ONCE = 4;

/**
 * With one photograph its failure is the command's.
 * @throws TeacherError for that, and for a failure of the machine; AbortError after Ctrl-C.
 */
export async function* analyzeAll(
  analyzer: FaceAnalyzer,
  photos: readonly Photograph[],
  { signal }: CommandSession,
  options: AnalyzeOptions = {},
): AsyncGenerator<Analysed, void, void> {
  const progress = photos.length > 1 ? new Progress({ unit: 'photographs' }) : undefined;
  const running: Promise<Analysed>[] = [];
  let begun = 0;
  try {
    for (let done = 0; done < photos.length; done++) {
      while (begun < photos.length && running.length < AT_ONCE) running.push(analysed(photos[begun++]!));
      const next = await running.shift()!;
      signal.throwIfAborted();
      progress?.update({ done: done + 1, total: photos.length });
      if (next.error) {
        if (photos.length === 1 || next.error.fault === 'environment') throw next.error;
        process.stderr.write(`${next.error.message}\n`);
      } else if (next.analysis!.faces.length === 0) process.stderr.write(`No face was found in ${next.name}.\n`);
      yield next;
    }
  } finally {
    progress?.close();
    await Promise.allSettled(running);
  }

  async function analysed(photograph: Photograph): Promise<Analysed> {
    try {
      return { ...photograph, analysis: await analyzer.analyze(photograph.photo, options) };
    } catch (error) {
      if (error instanceof TeacherError) return { ...photograph, error };
      throw error;
    }
  }
}
