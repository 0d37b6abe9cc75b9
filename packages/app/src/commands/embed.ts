// nx embed app
import { stat } from 'node:fs/promises';
import {
  fillEmbeddingCache,
  mergeEmbeddingShards,
  verifyEmbeddingCache,
  type CacheShard,
  type OpenEmbeddingCacheOptions,
} from '@lin/teacher';
import { note, warn } from '../terminal/console.js';
import type { CommandOptions } from '../terminal/command-options.js';
import { openDataset } from '../prepare/dataset.js';
import { cacheOptionsOf, variantsOf } from '../prepare/embeddings.js';
import { openTeacher } from '../prepare/teacher.js';
import { loadUserConfig } from '../run/run-config.js';
import { UsageError } from '../terminal/usage-error.js';
import { SAMPLE_CONFIG, userPath } from '../config/workspace.js';

/** Fills the teacher's embedding cache of a config, or with --shard a part of it; --merge joins the parts, --verify reads every byte of what is there. */
export async function embed({
  config: configPath,
  set,
  shard,
  merge = false,
  verify = false,
  ...others
}: CommandOptions): Promise<void> {
  for (const option of ['name', 'resume'] as const)
    if (others[option] !== undefined)
      throw new UsageError(`--${option} is an option of train; embed always goes on where it was stopped.`);
  if (merge && shard !== undefined) throw new UsageError('--merge joins all parts; leave --shard out.');
  const part = shard === undefined ? undefined : parseShard(shard);
  const config = await loadUserConfig(configPath ? userPath(configPath) : SAMPLE_CONFIG, set);
  const dataset = await openDataset(config);
  try {
    const teacher = await openTeacher(config);
    try {
      for (const variant of variantsOf(config)) {
        const options = cacheOptionsOf(teacher, dataset, config, variant);
        const path = merge
          ? await mergeEmbeddingShards(options)
          : await fillEmbeddingCache({ ...options, ...(part && { shard: part }) });
        await printCache(path, options, verify);
      }
      const { count } = dataset.skipped.summary();
      if (count > 0) warn(`${count} damaged images were left out; training leaves them out, too.`);
    } finally {
      await teacher.close();
    }
  } finally {
    await dataset.records.close();
  }
}

/** `0/8`: the first of eight parts. */
function parseShard(text: string): CacheShard {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index < count) return { index, count };
  throw new UsageError(
    `--shard ${text} is no part; write INDEX/COUNT with INDEX from 0 to COUNT − 1, such as --shard 0/8.`,
  );
}

async function printCache(path: string, { teacher }: OpenEmbeddingCacheOptions, verify: boolean): Promise<void> {
  const { size } = await stat(path);
  note(`Cache    ${path}: ${(size / 1e6).toFixed(1)} MB, embeddings of ${teacher.embeddingSize}`);
  if (!verify) return;
  const { images, damaged } = await verifyEmbeddingCache(path);
  for (const { message } of damaged) warn(message);
  if (damaged.length === 0) note(`Verified ${images} images, every block as it was written`);
  else process.exitCode = 1;
}
