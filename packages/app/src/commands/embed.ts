// nx embed app
import { UsageError, type Command } from '@lin/command-line';
import type { Config } from '../config/schema.js';
import { endAtOnce } from '../terminal/interrupt.js';
import { CONFIG_OPTIONS, configIn } from './config-options.js';
import { stat } from 'node:fs/promises';
import {
  fillEmbeddingCache,
  mergeEmbeddingShards,
  verifyEmbeddingCache,
  type CacheShard,
  type OpenEmbeddingCacheOptions,
} from '@lin/teacher';
import { note, warn } from '../terminal/console.js';
import { embeddedSets, openDataset } from '../prepare/dataset.js';
import { cacheOptionsOf } from '../prepare/embeddings.js';
import { imageVariants } from '../prepare/image-variants.js';
import { openTeacher } from '../prepare/teacher.js';
import { loadUserConfig } from '../run/run-config.js';
import { SAMPLE_CONFIG } from '../config/workspace.js';

export const embedCommand: Command = {
  name: 'embed',
  summary: "computes the teacher's embeddings of all images, once; train does so too, where they are not there",
  help: 'Fills the embedding cache of a config, or with --shard a part of it; goes on where it was stopped.',
  options: {
    ...CONFIG_OPTIONS,
    shard: { type: 'string', value: 'I/N', description: 'embeds part I of N, counted from 0' },
    merge: { type: 'boolean', description: 'joins the parts' },
    verify: { type: 'boolean', description: 'reads every byte of the result again' },
  },
  run: async (_, values, { signal }) => {
    endAtOnce(signal);
    const { path = SAMPLE_CONFIG, set } = configIn(values);
    const { shard, merge = false, verify = false } = values;
    if (merge && shard !== undefined) throw new UsageError('--merge joins all parts; leave --shard out.');
    const part = shard === undefined ? undefined : parseShard(String(shard));
    const config = await loadUserConfig(path, set);
    await embed(config, { part, merge: merge === true, verify: verify === true });
  },
};

interface EmbedOptions {
  part: CacheShard | undefined;
  merge: boolean;
  verify: boolean;
}

async function embed(config: Config, { part, merge, verify }: EmbedOptions): Promise<void> {
  const dataset = await openDataset(config);
  try {
    const teacher = await openTeacher(config);
    try {
      const variants = imageVariants(config, dataset.training.keys);
      const caches = embeddedSets(dataset).flatMap((set) => variants.map((variant) => ({ set, variant })));
      for (const cache of caches) {
        const options = cacheOptionsOf({ teacher, dataset, config, ...cache });
        const path = merge
          ? await mergeEmbeddingShards(options)
          : await fillEmbeddingCache({ ...options, ...(part && { shard: part }) });
        await printCache(path, options, verify);
      }
      const { count } = dataset.skipped.summary();
      if (count > 0) warn(`${count} damaged images were left out; training leaves them out, too.`);
      for (const { count: unembedded, images } of embeddedSets(dataset).map((set) => set.unembedded.summary()))
        if (unembedded > 0)
          warn(`${unembedded} images have no embedding, and are left out; the first: ${images[0]!.reason}`);
    } finally {
      await teacher.close();
    }
  } finally {
    await dataset.close();
  }
}

/** `0/8`: the first of eight parts. */
function parseShard(text: string): CacheShard {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index < count) return { index, count };
  throw new UsageError(
    `--shard ${text} is not a part; write INDEX/COUNT with INDEX from 0 to COUNT − 1, such as --shard 0/8.`,
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
