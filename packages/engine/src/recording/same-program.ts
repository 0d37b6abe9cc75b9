// Whether two traces of a step, of batches of different sizes, are one program: what is verified of the one holds for the other then.
import type { Trace } from './trace.js';

/** The same ops with the same attributes on the same operands, in order; constants, such as shapes, may have other values. */
export function isSameProgram(a: Trace, b: Trace): boolean {
  const [first, second] = [describe(a), describe(b)];
  return first.length === second.length && first.every((line, i) => line === second[i]);
}

function describe({ tape, inputs, variables, outputs }: Trace): string[] {
  const labels = new Map<number, string>();
  for (const { name, id, dtype, shape } of inputs) labels.set(id, `input ${name} ${dtype} ${shape.length}`);
  for (const { name, before, dtype, shape } of variables)
    labels.set(before, `variable ${name} ${dtype} ${shape.join()}`);
  [...tape.constants].forEach(([id, { dtype, shape }], i) => labels.set(id, `constant ${i} ${dtype} ${shape.length}`));
  const labelOf = (id: number) => labels.get(id);
  const ops = tape.ops.map(({ name, attributes, inputs, outputs, updates = [] }, i) => {
    const line = JSON.stringify([name, attributes, inputs.map(labelOf), updates.map(labelOf)]);
    outputs.forEach(({ id, dtype, shape }, k) => labels.set(id, `op ${i}:${k} ${dtype} ${shape.length}`));
    return line;
  });
  return [
    ...ops,
    ...outputs.map(({ name, id }) => `output ${name} ${labelOf(id)}`),
    ...variables.map(({ name, before, after, isRead }) => `${labelOf(before)} ${name} ${labelOf(after)} ${isRead}`),
  ];
}
