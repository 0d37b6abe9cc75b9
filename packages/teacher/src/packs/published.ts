// InsightFace's packs as published (releases v0.7 and model-zoo): sizes and SHA-256 of archives and models, and which file does what.

/** What a pack's models do. `landmarks106` is flat, `landmarks68` three-dimensional. */
export const MODEL_TASKS = ['recognition', 'detection', 'landmarks106', 'landmarks68', 'genderAge'] as const;
export type ModelTask = (typeof MODEL_TASKS)[number];

export interface PublishedFile {
  bytes: number;
  sha256: string;
}

export interface PublishedPack {
  /** Its size, where public sources state it; its SHA-256 decides. */
  archive: { sha256: string; bytes?: number };
  /** InsightFace's release that has it. Default: v0.7. */
  release?: 'model-zoo';
  /** Names of its models. */
  files: readonly string[];
}

export const PUBLISHED_MODELS: Readonly<Record<string, PublishedFile & { task: ModelTask }>> = {
  'w600k_r50.onnx': {
    task: 'recognition',
    bytes: 174_383_860,
    sha256: '4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43',
  },
  'w600k_mbf.onnx': {
    task: 'recognition',
    bytes: 13_616_099,
    sha256: '9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f',
  },
  'glintr100.onnx': {
    task: 'recognition',
    bytes: 260_665_334,
    sha256: '4ab1d6435d639628a6f3e5008dd4f929edf4c4124b1a7169e1048f9fef534cdf',
  },
  'det_10g.onnx': {
    task: 'detection',
    bytes: 16_923_827,
    sha256: '5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91',
  },
  'det_2.5g.onnx': {
    task: 'detection',
    bytes: 3_292_009,
    sha256: '041f73f47371333d1d17a6fee6c8ab4e6aecabefe398ff32cca4e2d5eaee0af9',
  },
  'det_500m.onnx': {
    task: 'detection',
    bytes: 2_524_817,
    sha256: '5e4447f50245bbd7966bd6c0fa52938c61474a04ec7def48753668a9d8b4ea3a',
  },
  'scrfd_10g_bnkps.onnx': {
    task: 'detection',
    bytes: 16_923_827,
    sha256: '5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91',
  },
  '2d106det.onnx': {
    task: 'landmarks106',
    bytes: 5_030_888,
    sha256: 'f001b856447c413801ef5c42091ed0cd516fcd21f2d6b79635b1e733a7109dbf',
  },
  '1k3d68.onnx': {
    task: 'landmarks68',
    bytes: 143_607_619,
    sha256: 'df5c06b8a0c12e422b2ed8947b8869faa4105387f199c477af038aa01f9a45cc',
  },
  'genderage.onnx': {
    task: 'genderAge',
    bytes: 1_322_532,
    sha256: '4fde69b1c810857b88c64a335084f1c3fe8f01246c9a191b48c7bb756d6652fb',
  },
};

const ATTRIBUTES = ['2d106det.onnx', '1k3d68.onnx', 'genderage.onnx'];

/** Of files of raccoon packs neither size nor SHA-256 is stated anywhere, but that of their archives, which covers them. */
export const PUBLISHED_PACKS: Readonly<Record<string, PublishedPack>> = {
  buffalo_l: {
    archive: { bytes: 288_621_354, sha256: '80ffe37d8a5940d59a7384c201a2a38d4741f2f3c51eef46ebb28218a7b0ca2f' },
    files: ['det_10g.onnx', 'w600k_r50.onnx', ...ATTRIBUTES],
  },
  buffalo_m: {
    archive: { bytes: 275_951_529, sha256: 'd98264bd8f2dc75cbc2ddce2a14e636e02bb857b3051c234b737bf3b614edca9' },
    files: ['det_2.5g.onnx', 'w600k_r50.onnx', ...ATTRIBUTES],
  },
  buffalo_s: {
    archive: { bytes: 127_607_557, sha256: 'd85a87f503f691807cd8bb97128bdf7a0660326cd9cd02657127fa978bab8b5e' },
    files: ['det_500m.onnx', 'w600k_mbf.onnx', ...ATTRIBUTES],
  },
  buffalo_sc: {
    archive: { bytes: 14_969_382, sha256: '57d31b56b6ffa911c8a73cfc1707c73cab76efe7f13b675a05223bf42de47c72' },
    files: ['det_500m.onnx', 'w600k_mbf.onnx'],
  },
  antelopev2: {
    archive: { bytes: 360_662_982, sha256: '8e182f14fc6e80b3bfa375b33eb6cff7ee05d8ef7633e738d1c89021dcf0c5c5' },
    files: ['scrfd_10g_bnkps.onnx', 'glintr100.onnx', ...ATTRIBUTES],
  },
  raccoon_s: {
    archive: { sha256: 'f67a624ef8a4495899eb4359a8a6953f7b4c62a8399c5bc745c0e0f6582f898d' },
    release: 'model-zoo',
    files: ['det_10g_wo.onnx', 'w600k_mbf.onnx'],
  },
  raccoon_l: {
    archive: { sha256: '70cd4f2f1de0a89dd0983bdac55a066a6178543f86e9ec87154f6f259bdded7e' },
    release: 'model-zoo',
    files: ['det_10g_wo.onnx', 'w600k_r50.onnx'],
  },
};

/** A copy of w600k_r50.onnx whose shapes are fixed at one image; it is about under the same name. */
const STATIC_R50_BYTES = 174_383_856;

/**
 * What a file under a published name is, where it is not the published one: a sentence. Undefined where it is, or the name is not a
 * published one.
 */
export function differenceFromPublished(fileName: string, { bytes, sha256 }: PublishedFile): string | undefined {
  const published = PUBLISHED_MODELS[fileName];
  if (!published || published.sha256 === sha256) return undefined;
  if (fileName === 'w600k_r50.onnx' && bytes === STATIC_R50_BYTES) {
    return (
      `${fileName} is the variant whose shapes are fixed at one image (${bytes} bytes): it runs image by image; ` +
      `the published one has ${published.bytes} bytes.`
    );
  }
  const size = bytes === published.bytes ? 'the same size' : `${bytes} bytes instead of ${published.bytes}`;
  return (
    `${fileName} is not the file that InsightFace published under this name (${size}, ` +
    `SHA-256 ${sha256.slice(0, 12)}… instead of ${published.sha256.slice(0, 12)}…).`
  );
}
