export {
  meanOfEmbeddings,
  testEmbeddings,
  type EmbeddingTest,
  type EmbeddingTestOptions,
} from './evaluation/embedding-test.js';
export { testInverse, type InverseTest } from './evaluation/inverse-test.js';
export {
  embedBy,
  verificationFigures,
  type VerificationFigures,
  type VerificationTest,
} from './evaluation/verification-test.js';
export { appendMetrics, readMetrics, rewindMetrics, type MetricsRow } from './logging/metrics-log.js';
export { TensorBoardWriter } from './logging/tensorboard.js';
export { arcFaceLoss, type ArcFaceOptions } from './losses/arcface.js';
export { cosineSimilarity, l2Normalise, unitMeanSquaredError } from './losses/unit-sphere.js';
export { Adam, type AdamOptions, type ParameterSource } from './optimisers/adam.js';
export { learningRateAt, type LearningRateOptions } from './optimisers/learning-rate.js';
export { loadCheckpoint, saveCheckpoint, type CheckpointState } from './training/checkpoint.js';
export { imagesToTensor } from './training/pixels.js';
export { distillationStep, type DistillationInputs, type DistillationOutputs } from './training/distillation-step.js';
export { createStepper, type StepMetrics, type Stepper, type StepperOptions } from './training/stepper.js';
export {
  START,
  TrainingDivergedError,
  trainingSteps,
  type TrainingBatch,
  type TrainingData,
  type TrainingPosition,
  type TrainingStep,
  type TrainingStepsOptions,
} from './training/steps.js';
