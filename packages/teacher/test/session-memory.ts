// How much memory a session's runs leave behind.
import { Session } from '../src/session/session.js';
import { noiseImages, SIDE } from './tiny-models.js';

const SCALING = { mean: 127.5, std: 127.5, channels: 'rgb' } as const;
const AT_ONCE = 4;

/** Bytes that the process has grown by, between `first` runs of four crops and `more` of them. */
export async function growth(path: string, first: number, more: number): Promise<number> {
  const session = await Session.open({ path, threads: 1 });
  const pixels = noiseImages(AT_ONCE);
  const input = { pixels, batch: AT_ONCE, height: SIDE, width: SIDE, layout: 'nchw', scaling: SCALING } as const;
  const run = async (count: number) => {
    for (let i = 0; i < count; i += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, () => session.run({ input })));
    return process.memoryUsage().rss;
  };
  const early = await run(first);
  const late = await run(more);
  await session.close();
  return late - early;
}
