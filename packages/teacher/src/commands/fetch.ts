// lin-teacher fetch <pack>
import { Progress, UsageError, type Command } from '@lin/command-line';
import { fetchPack } from '../packs/fetch-pack.js';
import { LICENCE } from '../packs/licence.js';
import { PUBLISHED_PACKS } from '../packs/published.js';

export const fetchCommand: Command = {
  name: 'fetch',
  operands: ['<pack>'],
  summary: "downloads one of InsightFace's packs, once its licence is accepted",
  help: `Puts ${Object.keys(PUBLISHED_PACKS).join(', ')} into ~/.insightface/models/<pack>/: downloaded, verified by size and
SHA-256, unpacked whole or not at all. What was downloaded before an interruption is kept, and continued from.`,
  options: {
    'accept-license': {
      type: 'boolean',
      description: 'says that the licence is known and agreed to; without it, it is shown, and nothing is fetched',
    },
    mirror: {
      type: 'string',
      value: '<address>',
      description: "where <pack>.zip is, in place of InsightFace's release (or LIN_TEACHER_MIRROR)",
    },
    archive: {
      type: 'string',
      value: '<file>',
      description: 'a <pack>.zip that is here already: nothing is downloaded',
    },
    root: { type: 'string', value: '<folder>', description: "InsightFace's folder (default: ~/.insightface)" },
  },
  async run([pack], values, { signal }) {
    if (!Object.hasOwn(PUBLISHED_PACKS, pack!))
      throw new UsageError(`Unknown pack ${pack}; choose one of ${Object.keys(PUBLISHED_PACKS).join(', ')}.`);
    if (values['accept-license'] !== true) {
      process.stdout.write(LICENCE);
      process.stderr.write(`Nothing was fetched. If you agree: lin-teacher fetch ${pack} --accept-license\n`);
      return 2;
    }
    const given = Object.fromEntries(
      ['mirror', 'archive', 'root'].flatMap((name) => (typeof values[name] === 'string' ? [[name, values[name]]] : [])),
    );
    const progress = new Progress({ unit: 'MB', scale: 1e6 });
    try {
      const log = (line: string) => process.stderr.write(`${line}\n`);
      console.log(await fetchPack(pack!, { ...given, acceptLicense: true, signal, log, onProgress: progress.update }));
      return 0;
    } finally {
      progress.close();
    }
  },
};
