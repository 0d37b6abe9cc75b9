// What a run's summary looks like; its teacher's name has to be escaped in a page.
import type { RunSummary } from '../src/run/summary.js';

export const runSummary: RunSummary = {
  engine: 'cpu: tfjs',
  device: 'cpu',
  precision: 'float32',
  teacher: { name: 'stand-in <teacher>', standIn: true, sha256: '0' },
  data: {
    path: '/faces.rec',
    images: 12,
    identities: 3,
    trainImages: 8,
    validationImages: 0,
    testImages: 4,
    skipped: { count: 0, records: [] },
    unembedded: { count: 0, images: [] },
  },
  model: { gx: 'image-flow', parameters: 10 },
  epochs: 1,
  steps: 2,
  imagesPerSecond: 3,
  dataWaitShare: 0.01,
  operator: { found: 'gradient', solution: null },
  loss: { first: 0.1, last: 0.05 },
  checkpoint: { step: 2, weights: 'trained', best: null },
  test: { mse: 0.001, cosine: 0.75, cosineOfMeanEmbedding: 0.25, mseOfZero: 1 / 512 },
  inverse: { maxError: 1e-6, exactBytes: 1, gainP99: 2 },
  verification: [
    {
      name: 'lfw',
      pairs: 6000,
      student: {
        accuracy: 0.9123,
        accuracyStd: 0.0045,
        areaUnderCurve: 0.9567,
        equalErrorRate: 0.0789,
        tarAtFar: [
          { far: 1e-3, tar: 0.6 },
          { far: 1e-6, tar: null },
        ],
        xnorm: 20,
      },
      teacher: {
        accuracy: 0.9983,
        accuracyStd: 0.002,
        areaUnderCurve: 0.9991,
        equalErrorRate: 0.0025,
        tarAtFar: [
          { far: 1e-3, tar: 0.99 },
          { far: 1e-6, tar: null },
        ],
        xnorm: 22,
      },
    },
    { name: 'held-out identities', pairs: 4, student: null, teacher: null, reason: 'too few' },
  ],
  seconds: 9,
};
