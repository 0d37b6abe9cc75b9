// What a training tells of itself, whoever listens: a file, TensorBoard, a server.

/** How a session of a training ended. */
export type LogOutcome = 'finished' | 'interrupted' | 'failed';

/**
 * Where the figures of a training go. `MetricsFile`, `TensorBoardWriter` and `MlflowLogger` are three; one of your own is an object with
 * these methods. They are called one after the other. Steps do not fall, except that a resumed run begins again after its checkpoint.
 */
export interface Logger {
  /** What the training was told, by dotted name: once, before the first step. */
  hyperparameters(values: Readonly<Record<string, string | number | boolean>>): Promise<void>;
  /** Figures of a step, by dotted name such as `validation.cosine`; they need not be the same at every step. */
  scalars(step: number, values: Readonly<Record<string, number>>): Promise<void>;
  /** A picture, such as a figure of the report. */
  image(step: number, name: string, png: Uint8Array): Promise<void>;
  /** After the last call: all is written or sent. */
  close(outcome?: LogOutcome): Promise<void>;
}
