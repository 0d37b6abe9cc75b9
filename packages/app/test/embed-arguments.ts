/** `embed` of 300 images: two blocks of the cache, so that two parts have one each. */
export const embedArguments = (more: readonly string[]): string[] => [
  'embed',
  '--config',
  'tiny.yaml',
  '--set',
  'data.sample.images_per_identity=30',
  '--set',
  'model.cache_precision=float16',
  ...more,
];
