// The folder of an export: files of an earlier one are replaced, others' are never written over.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '@lin/files';
import { ExportError } from './export-error.js';
import { CARD, FILES } from './file-names.js';
import { isModelCard } from './model-card.js';

/**
 * Makes the folder, or empties it of an earlier export, whose files may be of another step.
 * @throws ExportError where it has a file by the name of one of an export's, and no model card beside it.
 */
export async function prepareExportFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const card = await readFile(join(folder, CARD), 'utf8').catch(() => undefined);
  if (card === undefined || !isModelCard(card)) {
    for (const name of [CARD, ...Object.values(FILES)]) {
      if (await exists(join(folder, name)))
        throw new ExportError(
          `${join(folder, name)} is no file of an earlier export; name another folder by --output.`,
        );
    }
  }
  for (const name of Object.values(FILES)) await rm(join(folder, name), { force: true });
}
