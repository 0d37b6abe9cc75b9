// The folder of an export: files of an earlier one are replaced, others' are never written over.
import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ExportError } from './export-error.js';
import { isModelCard } from './model-card.js';

const CARD = 'README.md';
/** Besides the card. */
const FILES = ['student.onnx', 'preimage.onnx', 'model.safetensors', 'config.json'] as const;

/**
 * Makes the folder, or empties it of an earlier export, whose files may be of another step.
 * @throws ExportError where it has a file by the name of one of an export's, and no model card beside it.
 */
export async function prepareExportFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const card = await readFile(join(folder, CARD), 'utf8').catch(() => undefined);
  if (card === undefined || !isModelCard(card)) {
    for (const name of [CARD, ...FILES]) {
      const exists = await access(join(folder, name)).then(
        () => true,
        () => false,
      );
      if (exists)
        throw new ExportError(
          `${join(folder, name)} is no file of an earlier export; name another folder by --output.`,
        );
    }
  }
  for (const name of FILES) await rm(join(folder, name), { force: true });
}
