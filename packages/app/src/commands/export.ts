// nx export app
import { join } from 'node:path';
import { UsageError, type Command } from '@lin/command-line';
import { userPath } from '../config/workspace.js';
import { EXPORT_FORMATS, exportRun, type ExportFormat } from '../export/export-run.js';
import { withRun } from '../run/finished-run.js';
import { note } from '../terminal/console.js';
import { endAtOnce } from '../terminal/interrupt.js';
import { applyStoredEdits } from '../unlearning/stored-edits.js';
import { editsIn, runIn, RUN_OPTIONS } from './run-option.js';

export const exportCommand: Command = {
  name: 'export',
  summary: 'writes the model of a run as ONNX or safetensors, with a model card',
  help: "Writes student and right inverse as ONNX, or the weights as safetensors, into the run's folder export/; tries them out.",
  options: {
    ...RUN_OPTIONS,
    format: {
      type: 'string',
      value: EXPORT_FORMATS.join('|'),
      multiple: true,
      description: 'default: onnx; may be repeated',
    },
    output: { type: 'string', value: 'FOLDER', description: "default: export/ in the run's folder" },
    edit: {
      type: 'string',
      value: 'NAME|PATH',
      multiple: true,
      description: "the model with an edit that unlearn made, by its folder's name or its path; may be repeated",
    },
  },
  run: async (_, values, { signal }) => {
    endAtOnce(signal);
    const formats = formatsIn(values['format']);
    const { output } = values;
    const edits = editsIn(values);
    await withRun(runIn(values), async (run, result) => {
      const folder = output === undefined ? join(run.folder.path, 'export') : userPath(String(output));
      const forgotten =
        edits.length > 0 ? (await applyStoredEdits(run, edits)).flatMap(({ identities }) => identities) : [];
      const { onnx, weights, card } = await exportRun(run, result, { folder, formats, forgotten });
      for (const { path, opset, input, output: result, bytes, samples, difference } of onnx) {
        note(`ONNX     ${path}: opset ${opset}, ${input} → ${result}, float32, ${megabytes(bytes)}`);
        note(`         differs from the model by at most ${difference.toExponential(1)} on ${samples} test images`);
      }
      if (formats.includes('onnx') && onnx.length < 2)
        note('         no preimage: this g_x has no inverse to the image');
      if (weights)
        note(
          `Weights  ${weights.path}: ${weights.parameters} parameters, read back to the last bit; built from ${weights.config}`,
        );
      note(`Card     ${card}`);
    });
  },
};

function formatsIn(value: unknown): ExportFormat[] {
  const named = ((value ?? ['onnx']) as readonly unknown[]).map(String);
  const wrong = named.find((name) => !EXPORT_FORMATS.includes(name as ExportFormat));
  if (wrong !== undefined)
    throw new UsageError(`Unknown --format ${wrong}; choose one of ${EXPORT_FORMATS.join(', ')}.`);
  return named as ExportFormat[];
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
