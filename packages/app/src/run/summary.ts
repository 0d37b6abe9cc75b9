// summary.json: what a run was and what it reached, for people and programs.
import { readFile } from 'node:fs/promises';
import { precisionOf } from '@lin/engine';
import { replaceFile } from '@lin/files';
import type { SkippedSummary } from '@lin/data';
import {
  readMetrics,
  type EmbeddingScore,
  type InverseScore,
  type LoadedCheckpoint,
  type VerificationScore,
} from '@lin/train';
import type { UnembeddedSummary } from '../prepare/unembedded.js';
import type { Config } from '../config/schema.js';
import { lastSolution } from './operator-solution.js';
import type { Run } from './run.js';

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
    /** Drawn faces that were trained on beside them; left out where there were none. */
    drawnImages?: number;
    validationImages: number;
    testImages: number;
    skipped: SkippedSummary;
    /** Images that were left out because the teacher gives them no embedding. */
    unembedded: UnembeddedSummary;
  };
  model: { gx: string; parameters: number };
  epochs: number;
  steps: number;
  imagesPerSecond: number;
  /** Share of training's time in which it waited for its data, in [0, 1]. */
  dataWaitShare: number;
  /** How A was found; `solution`: of the last one in closed form, on the validation identities, and whether it was kept. */
  operator: { found: Config['linearizer']['operator']; solution: ReturnType<typeof lastSolution> };
  /** Of the first and the last logged interval. */
  loss: { first: number; last: number };
  /** Which of the run's weights the following is of. */
  checkpoint: { step: number; weights: 'trained' | 'averaged'; best: { figure: string; value: number } | null };
  test: EmbeddingScore;
  /** Of the parameters themselves, where the run gives their moving average. */
  testAsTrained?: EmbeddingScore;
  /** null where g_x has no inverse to the image. */
  inverse: InverseScore | null;
  /** Held-out identities first, then the packs of the config. */
  verification: VerificationScore[];
  /** Wall time of the run, preparation and evaluation included. */
  seconds: number;
}

/** What training reached, and what was measured afterwards. */
export type RunResults = Pick<
  RunSummary,
  | 'engine'
  | 'device'
  | 'steps'
  | 'imagesPerSecond'
  | 'dataWaitShare'
  | 'checkpoint'
  | 'test'
  | 'testAsTrained'
  | 'inverse'
  | 'verification'
  | 'seconds'
>;

/** `best` is null where it is the last one. */
export function checkpointOf(
  { weights }: Run,
  { state: { position, best } }: LoadedCheckpoint,
): RunSummary['checkpoint'] {
  const isBest = best?.step === position.step;
  return { step: position.step, weights, best: isBest ? { figure: best.figure, value: best.value } : null };
}

export async function summaryOf(run: Run, results: RunResults): Promise<RunSummary> {
  const { config, dataset, teacher, model } = run;
  const metrics = await readMetrics(run.folder.metrics);
  return {
    engine: results.engine,
    device: results.device,
    precision: precisionOf({ precision: config.device.precision }),
    teacher: { name: teacher.name, standIn: teacher.standIn, sha256: teacher.sha256 },
    data: {
      path: dataset.records.path,
      images: dataset.records.imageCount,
      identities: dataset.records.identityCount,
      trainImages: dataset.split.train.length,
      ...(dataset.drawn && { drawnImages: dataset.drawn.records.imageCount }),
      validationImages: dataset.split.validation.length,
      testImages: dataset.split.test.length,
      skipped: dataset.skipped.summary(),
      unembedded: dataset.unembedded.summary(),
    },
    model: { gx: config.linearizer.gx, parameters: model.parameterCount().total },
    epochs: config.linearizer.num_epochs,
    steps: results.steps,
    imagesPerSecond: results.imagesPerSecond,
    dataWaitShare: results.dataWaitShare,
    operator: { found: config.linearizer.operator, solution: lastSolution(metrics) },
    loss: { first: metrics[0]?.loss ?? NaN, last: metrics.at(-1)?.loss ?? NaN },
    checkpoint: results.checkpoint,
    test: results.test,
    ...(results.testAsTrained && { testAsTrained: results.testAsTrained }),
    inverse: results.inverse,
    verification: results.verification,
    seconds: results.seconds,
  };
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
