// summary.json: what a run was and what it reached, for people and programs.
import { readFile } from 'node:fs/promises';
import { replaceFile } from '@lin/files';
import type { SkippedSummary } from '@lin/data';
import type { EmbeddingTest, InverseTest, VerificationTest } from '@lin/train';

export interface RunSummary {
  engine: string;
  device: string;
  /** Of training's products and convolutions. */
  precision: 'float32' | 'bfloat16';
  teacher: { name: string; standIn: boolean; sha256: string };
  /** `skipped`: the damaged records that this session left out. */
  data: {
    path: string;
    images: number;
    identities: number;
    trainImages: number;
    testImages: number;
    skipped: SkippedSummary;
  };
  model: { gx: string; parameters: number };
  epochs: number;
  steps: number;
  imagesPerSecond: number;
  /** Share of training's time in which it waited for its data, in [0, 1]. */
  dataWaitShare: number;
  /** Of the first and the last logged interval. */
  loss: { first: number; last: number };
  test: EmbeddingTest;
  /** null where g_x has no inverse to the image. */
  inverse: InverseTest | null;
  /** Held-out identities first, then the packs of the config. */
  verification: VerificationTest[];
  /** Wall time of the run, preparation and evaluation included. */
  seconds: number;
}

/** Whole or not at all. */
export async function writeSummary(path: string, summary: RunSummary): Promise<void> {
  await replaceFile(path, `${JSON.stringify(summary, null, 2)}\n`);
}

/** undefined where the run has not ended yet. */
export async function readSummary(path: string): Promise<RunSummary | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RunSummary);
}
