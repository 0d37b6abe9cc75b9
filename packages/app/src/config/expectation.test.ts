import { expect, test } from 'vitest';
import { configSchema } from './schema.js';
import { expectation } from './expectation.js';

const EXPECTED_TERMS =
  'expected a list such as [{ loss: cosine }, { loss: relational, weight: 0.5 }], or null for linearizer.loss alone';

test.each([
  ['linearizer', 'objective', [], EXPECTED_TERMS],
  ['linearizer', 'objective', 'cosine', EXPECTED_TERMS],
  ['linearizer', 'objective', { loss: 'cosine' }, EXPECTED_TERMS],
  ['linearizer', 'objective', ['cosine'], 'expected a mapping such as { loss: cosine, weight: 1 }'],
  ['linearizer', 'objective', [{ weight: 1 }], /^expected one of "unit-mse", "cosine", .*"bi-lipschitz"$/],
  ['linearizer', 'num_epochs', 1.5, 'expected a whole number'],
  ['linearizer', 'num_epochs', 'many', 'expected number'],
  ['linearizer', 'checkpoint_dir', '', 'expected text of at least 1 character'],
  ['linearizer', 'image_flow', 3, 'expected a mapping such as { key: value }'],
  ['linearizer', 'image_flow', { blocks: [1, 2] }, 'expected a list of exactly 3 entries'],
  ['linearizer', 'image_flow', { widths: [1, 2, 3, 4] }, 'expected a list of exactly 3 entries'],
  ['linearizer', 'learning_rate_milestones', 0.5, 'expected a list'],
  ['linearizer', 'ema_decay', 1, 'expected less than 1'],
  ['model', 'providers', [], 'expected a list of at least 1 entry'],
  ['model', 'mean', 'x', 'expected number or a list'],
  ['model', 'mean', [1, 2], /^expected number or a list/],
  ['logging', 'mlflow', { url: 'localhost' }, 'expected a URL such as http://localhost:5000'],
  ['device', 'cuda', 'perhaps', 'expected boolean or "auto"'],
])("%s.%s: %j is told in words that are not the parser's", (section, key, value, words) => {
  const { error } = configSchema.safeParse({ [section]: { [key]: value } });
  const said = expectation(error!.issues[0]!);
  if (typeof words === 'string') expect(said).toBe(words);
  else expect(said).toMatch(words);
  expect(said).not.toMatch(/invalid|too (small|big)|received|>=|<=|\barray\b|\bobject\b|\bint\b/i);
});
