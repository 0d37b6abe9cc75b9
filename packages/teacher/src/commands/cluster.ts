// lin-teacher cluster <photo>…
import type { Command } from '@lin/command-line';
import { clusterEmbeddings } from '../grouping/cluster.js';
import { analyzeAll } from './analyze-all.js';
import { ANALYZER_OPTIONS, maxFacesOf, openAnalyzerFor, thresholdOf } from './analyzer-options.js';
import { SAME, thresholdFor } from './judgement.js';
import { photographsOf } from './photographs.js';
import { TO, withResults } from './results.js';

export const clusterCommand: Command = {
  name: 'cluster',
  operands: ['<photo>…'],
  summary: 'the faces of an album, grouped by person',
  help: `Each group of faces is a line of JSON, the largest group first: { "person": 0, "faces": [{ "photo", "face",
"box" }] }. Two groups are one while the average cosine between their faces is at least the threshold (average
linkage). Exit code 1 where a photograph fails, or none has a face.`,
  options: {
    ...ANALYZER_OPTIONS,
    threshold: {
      type: 'string',
      value: '<cosine>',
      description: `of one person's faces, on average (default: ${SAME} for buffalo_l's recogniser; others have none)`,
    },
    to: TO,
  },
  async run(operands, values, session) {
    const given = thresholdOf(values);
    const limit = maxFacesOf(values);
    const photos = await photographsOf(operands);
    const analyzer = await openAnalyzerFor(photos, values);
    try {
      const threshold = thresholdFor(analyzer.teacher!, given);
      const faces: { photo: string; face: number; box: number[] }[] = [];
      const embeddings: Float32Array[] = [];
      let failed = 0;
      for await (const { name, analysis, error } of analyzeAll(analyzer, photos, session, limit)) {
        if (error) failed++;
        for (const [face, { box, embedding }] of (analysis?.faces ?? []).entries()) {
          faces.push({ photo: name, face, box: [...box] });
          embeddings.push(embedding!);
        }
      }
      return await withResults(values['to'] as string | undefined, async ({ write }) => {
        for (const [person, members] of clusterEmbeddings(embeddings, threshold).entries())
          await write(JSON.stringify({ person, faces: members.map((i) => faces[i]!) }));
        return faces.length > 0 && failed === 0 ? 0 : 1;
      });
    } finally {
      await analyzer.close();
    }
  },
};
