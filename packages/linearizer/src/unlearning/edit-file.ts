// Edits on disk: safetensors with `left` and `right` of each in float64, and what they are in the metadata. Replaced whole or not at all.
import { SafetensorsError, type NamedTensor } from '@lin/safetensors';
import type { Matrix } from '@lin/operator/linear-algebra';
import { readSafetensors, writeSafetensors } from '@lin/safetensors/file';
import { formatProblem, signed } from '../file-format.js';
import { UNLEARNING_METHODS, type OperatorEdit } from './operator-edit.js';

const FORMAT = 'lin.edits.1';

/**
 * Writes edits to one file (safetensors, F64), whole or not at all: to be left out, or in, whenever the model is used.
 * @param path In a folder that is there; a file of this name is replaced.
 * @throws SafetensorsError where the file cannot be written.
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { readEdits, saveEdits } from '@lin/linearizer';
 * import { fromRows } from '@lin/operator';
 *
 * const [left, right] = [fromRows([[-1], [0]]), fromRows([[1], [0]])];
 * const path = `${tmpdir()}/example-edits.safetensors`;
 * await saveEdits(path, [{ method: 'projection', identities: [7], left, right, retainedChange: 0.1 }]);
 * console.log(await readEdits(path));
 * ```
 * ```text
 * [
 *   {
 *     method: 'projection',
 *     identities: [ 7 ],
 *     retainedChange: 0.1,
 *     left: { rows: 2, cols: 1, data: [Float64Array] },
 *     right: { rows: 2, cols: 1, data: [Float64Array] }
 *   }
 * ]
 * ```
 */
export async function saveEdits(path: string, edits: readonly OperatorEdit[]): Promise<void> {
  const tensors = new Map<string, NamedTensor>();
  edits.forEach(({ left, right }, i) => {
    for (const [side, { rows, cols, data }] of Object.entries({ left, right }))
      tensors.set(`edits.${i}.${side}`, { dtype: 'F64', shape: [rows, cols], data });
  });
  const described = edits.map(({ method, identities, retainedChange }) => ({ method, identities, retainedChange }));
  await writeSafetensors(path, { tensors, metadata: { edits: JSON.stringify(described), ...signed(FORMAT) } });
}

/**
 * What `saveEdits` wrote, bit for bit.
 * @throws SafetensorsError for a file that is missing, damaged, of another format, or holds no edits.
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { readEdits } from '@lin/linearizer';
 * import { writeSafetensors } from '@lin/safetensors/file';
 *
 * const path = `${tmpdir()}/later.safetensors`;
 * await writeSafetensors(path, { tensors: new Map(), metadata: { format: 'lin.edits.2', writer: '@lin/linearizer 0.9.2' } });
 * const problem = await readEdits(path).catch((error: Error) => error.message);
 * console.log(String(problem).replace(path, 'later').split(';')[0]);
 * ```
 * ```text
 * later was written as lin.edits.2 by @lin/linearizer 0.9.2
 * ```
 */
export async function readEdits(path: string): Promise<OperatorEdit[]> {
  const { tensors, metadata } = await readSafetensors(path);
  const refuse = (what: string) =>
    new SafetensorsError(
      `${path}: ${what}; expected a file of format ${FORMAT}, as saveEdits or nx unlearn app writes it.`,
    );
  const problem = formatProblem(metadata, FORMAT);
  if (problem) throw new SafetensorsError(`${path} ${problem}`);
  if (metadata['format'] !== FORMAT) throw refuse('it holds no edits of an operator');
  const described = parse(metadata['edits']);
  if (!described || tensors.size !== 2 * described.length)
    throw refuse('its description and its tensors do not fit together');
  return described.map((edit, i) => {
    const [left, right] = [matrixOf(tensors.get(`edits.${i}.left`)), matrixOf(tensors.get(`edits.${i}.right`))];
    if (!left || !right || left.cols !== right.cols) throw refuse(`edit ${i} lacks its two factors of one rank`);
    return { ...edit, left, right };
  });
}

function matrixOf(tensor: NamedTensor | undefined): Matrix | undefined {
  if (tensor?.dtype !== 'F64' || tensor.shape.length !== 2) return undefined;
  const [rows, cols] = tensor.shape as [number, number];
  return { rows, cols, data: tensor.data as Float64Array };
}

type Description = Pick<OperatorEdit, 'method' | 'identities' | 'retainedChange'>;

function parse(text: string | undefined): Description[] | undefined {
  try {
    const edits = JSON.parse(text ?? '') as Description[];
    return edits.every(isDescription) ? edits : undefined;
  } catch {
    return undefined;
  }
}

function isDescription({ method, identities, retainedChange }: Description): boolean {
  return (
    UNLEARNING_METHODS.includes(method) &&
    Array.isArray(identities) &&
    identities.every(Number.isFinite) &&
    Number.isFinite(retainedChange)
  );
}
