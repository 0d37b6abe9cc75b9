// What training goes through: batches of an epoch, from any place on.

/** A place in the data, as JSON: what @lin/data says beside each batch is one. */
export interface DataPosition {
  epoch: number;
  /** Batches of the epoch before it. */
  batch: number;
  /** Images of the epoch before it, skipped ones included; left out: those of the batches before it. */
  image?: number;
  /** Of those, the ones that were left out because they are damaged. */
  skipped?: number;
}

export interface TrainingBatch {
  /** How many samples it has. */
  size: number;
  /** What each of them is called, [size], such as the keys of records: where training diverges they are named. */
  keys?: ArrayLike<number>;
  /** Where the next batch begins; left out: at the next batch of the same epoch. */
  position?: DataPosition;
}

export interface TrainingData<B extends TrainingBatch = TrainingBatch> {
  readonly stepsPerEpoch: number;
  /** The batches of the epoch of `position`, in that epoch's own order, from there on; all of one size. */
  batches(position: DataPosition): AsyncIterable<B>;
}

/** Where a run stands: what a checkpoint must hold to go on from there. */
export interface TrainingPosition {
  /** Steps done. */
  step: number;
  /** Where the next step's batch begins. */
  data: DataPosition;
}

export const START: TrainingPosition = { step: 0, data: { epoch: 0, batch: 0 } };
