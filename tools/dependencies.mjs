// Which package may import which: the table of docs/architecture.md, held by the lint, and equal to nx's own graph by a test.
export const DEPENDENCIES = {
  files: [],
  'command-line': [],
  verification: [],
  figures: [],
  engine: ['files', 'command-line'],
  safetensors: ['files'],
  operator: [],
  invertible: ['safetensors'],
  linearizer: ['safetensors', 'invertible', 'operator', 'verification'],
  data: ['verification', 'files', 'command-line'],
  teacher: ['files', 'command-line'],
  train: ['engine', 'safetensors', 'invertible', 'linearizer', 'verification', 'files'],
  app: [
    ...['files', 'command-line', 'verification', 'figures', 'engine', 'safetensors', 'operator'],
    ...['invertible', 'linearizer', 'data', 'teacher', 'train'],
  ],
};

/** What the examples may import: what is published, as a user of the packages could. */
export const PUBLISHED = Object.keys(DEPENDENCIES).filter((name) => !['files', 'command-line', 'app'].includes(name));
