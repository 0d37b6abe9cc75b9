export {
  meanOfEmbeddings,
  scoreEmbeddings,
  type EmbeddingScore,
  type ScoreEmbeddingsOptions,
} from './evaluation/embedding-score.js';
export { scoreInverse, type InverseScore } from './evaluation/inverse-score.js';
export {
  embedBy,
  verificationFigures,
  type VerificationFigures,
  type VerificationScore,
} from './evaluation/verification-score.js';
export { appendMetrics, readMetrics, rewindMetrics, type MetricsRow } from './logging/metrics-log.js';
export type { Logger, LogOutcome } from './logging/logger.js';
export { LoggerError } from './logging/logger-error.js';
export { MetricsFile } from './logging/metrics-file.js';
export { MlflowLogger, type MlflowLoggerOptions } from './logging/mlflow.js';
export { TensorBoardWriter } from './logging/tensorboard.js';
export { arcFaceLoss, type ArcFaceOptions } from './losses/arcface.js';
export { cosineLoss } from './losses/cosine.js';
export type { EmbeddingLoss } from './losses/embedding-loss.js';
export { huberLoss, type HuberOptions } from './losses/huber.js';
export { LOSSES, type LossName } from './losses/losses.js';
export { orthogonality } from './losses/orthogonality.js';
export { negativeLogLikelihood } from './losses/negative-log-likelihood.js';
export { biLipschitz } from './losses/bi-lipschitz.js';
export { relationalLoss } from './losses/relational.js';
export { unitMeanSquaredError } from './losses/unit-mse.js';
export { cosineSimilarity, l2Normalise } from './losses/unit-sphere.js';
export { distillationInputs, type DistillationBatch } from './objectives/distillation-inputs.js';
export {
  distillation,
  type DistillationInputs,
  type DistillationScalars,
  type EmbeddingModel,
} from './objectives/distillation.js';
export { imagesToTensor } from './objectives/images-to-tensor.js';
export { marginSoftmax, type MarginSoftmaxInputs } from './objectives/margin-softmax.js';
export {
  weightedDistillation,
  type LossTerm,
  type WeightedDistillationScalars,
} from './objectives/weighted-distillation.js';
export { Adam, type AdamOptions } from './optimisers/adam.js';
export { AdamW, type AdamWOptions } from './optimisers/adamw.js';
export { Averaged, type AveragedOptions } from './optimisers/averaged.js';
export { learningRateAt, type LearningRateOptions } from './optimisers/learning-rate.js';
export { Lion, type LionOptions } from './optimisers/lion.js';
export { Muon, type MuonOptions } from './optimisers/muon.js';
export type { Optimiser } from './optimisers/optimiser.js';
export { OPTIMISERS, type OptimiserName } from './optimisers/optimisers.js';
export { SCHEDULES, type Schedule, type ScheduleName, type ScheduleOptions } from './optimisers/schedules.js';
export { Sgd, type SgdOptions } from './optimisers/sgd.js';
export type { ClippingOptions } from './optimisers/slot-optimiser.js';
export type { WeightDecayOptions } from './optimisers/weight-decay.js';
export {
  loadCheckpoint,
  saveCheckpoint,
  type LoadCheckpointOptions,
  type Parameterised,
  type SaveCheckpointOptions,
} from './training/checkpoint.js';
export {
  CheckpointFolder,
  type CheckpointFolderOptions,
  type LoadedCheckpoint,
  type LoadNewestOptions,
} from './training/checkpoint-folder.js';
export type { BestSoFar, CheckpointState } from './training/checkpoint-metadata.js';
export { DamagedCheckpointError } from './training/damaged-checkpoint-error.js';
export { minimise, type MinimiseOptions } from './training/minimise.js';
export type { Inputs, Objective, Scalars } from './training/objective.js';
export type { StepFigures } from './training/step-runner.js';
export { TrainingDivergedError, type DivergenceDetails } from './training/training-diverged-error.js';
export {
  START,
  type DataPosition,
  type TrainingBatch,
  type TrainingData,
  type TrainingPosition,
} from './training/training-data.js';
export { trainingStep, type StepInputs, type StepScalars, type TrainingStepOptions } from './training/training-step.js';
export {
  trainingSteps,
  type Training,
  type TrainingStep,
  type TrainingStepsOptions,
} from './training/training-steps.js';
