// A tape as a GraphDef that stands by itself: inputs become Placeholders, variables resource variables, everything else the op it was.
import { COLLECTIVE_OP } from '../distributed/all-reduce.js';
import { attr, attrOf, encodeGraphDef, int32Constant, type Node } from '../tensorflow/graph-def.js';
import { dtypes } from '../tensorflow/dtypes.js';
import { PRODUCT_INPUTS } from './product-inputs.js';
import type { Tape } from './tape.js';

export interface TensorSpec {
  shape: readonly number[];
  /** A TF_DataType. */
  dtype: number;
}

export interface GraphInput extends TensorSpec {
  name: string;
  id: number;
}

export interface GraphVariable extends TensorSpec {
  name: string;
  /** The ids of its value before and after the step. */
  before: number;
  after: number;
  /** Whether anything in the step takes the value before as an input. */
  isRead: boolean;
}

export interface BuildGraphOptions {
  tape: Tape;
  inputs: readonly GraphInput[];
  variables: readonly GraphVariable[];
  outputs: readonly { name: string; id: number; dtype: number }[];
  /** What products and convolutions are computed in, whatever surrounds them; default: float32. */
  products?: 'float32' | 'bfloat16';
  /** How many workers its collective ops join; default: 1, with which they change nothing. */
  workers?: number;
}

/** Names of the nodes of a recorded graph that are fed, fetched or run. */
export const nodeNames = {
  input: (name: string) => `in/${name}`,
  output: (name: string) => `out/${name}`,
  /** A variable's value now, and the feed and op that set it. */
  read: (name: string) => `var/${name}/read`,
  newValue: (name: string) => `var/${name}/new`,
  write: (name: string) => `var/${name}/write`,
  /** Runs every update of the step. */
  update: 'update',
} as const;

export function buildGraph({
  tape,
  inputs,
  variables,
  outputs,
  products = 'float32',
  workers = 1,
}: BuildGraphOptions): Uint8Array {
  const builder = new GraphBuilder();
  for (const { name, id, shape, dtype } of inputs) builder.placeholder(nodeNames.input(name), { shape, dtype }, id);
  for (const variable of variables) builder.variable(variable);
  for (const [id, constant] of tape.constants) {
    builder.add(
      {
        name: `const/${id}`,
        op: 'Const',
        input: [],
        attr: { dtype: attr.type(constant.dtype), value: attr.tensor(constant) },
      },
      [id],
    );
  }
  tape.ops.forEach(({ name, attributes, inputs: ids, outputs: results, updates }, i) => {
    const attributeMap = Object.fromEntries(attributes.map((attribute) => [attribute.name, attrOf(attribute)]));
    const node = { name: `op/${i}_${name}`, op: name, attr: attributeMap };
    const productInputs =
      products === 'bfloat16' && results[0]?.dtype === dtypes.TF_FLOAT ? PRODUCT_INPUTS[name] : undefined;
    if (name === COLLECTIVE_OP) builder.collective(node, ids, workers, results[0]!.id);
    else if (updates)
      builder.update(
        node,
        updates,
        ids,
        results.map(({ id }) => id),
      );
    else if (productInputs) builder.bfloat16Product(node, ids, productInputs, results[0]!.id);
    else
      builder.add(
        { ...node, input: ids.map((id) => builder.reference(id)) },
        results.map(({ id }) => id),
      );
  });
  for (const { name, id, dtype } of outputs) {
    builder.add(
      { name: nodeNames.output(name), op: 'Identity', input: [builder.reference(id)], attr: { T: attr.type(dtype) } },
      [],
    );
  }
  builder.assignments(variables);
  return encodeGraphDef(builder.nodes);
}

class GraphBuilder {
  readonly nodes: Node[] = [];
  private readonly references = new Map<number, string>();
  private readonly variables = new Map<number, GraphVariable>();
  /** The nodes that read a variable before or within the step, by its name: what changes it next waits for them. */
  private readonly reads = new Map<string, string[]>();
  private readonly updates: string[] = [];
  /** The ids that an op has put into a variable already. */
  private readonly updated = new Set<number>();

  add(node: Node, ids: readonly number[]): void {
    this.nodes.push(node);
    ids.forEach((id, k) => this.references.set(id, k === 0 ? node.name : `${node.name}:${k}`));
  }

  /** A float32 op as one of bfloat16 between casts; TensorFlow shares the casts of an input that several ops take. */
  bfloat16Product(
    node: Omit<Node, 'input'>,
    ids: readonly number[],
    castInputs: readonly number[],
    result: number,
  ): void {
    const cast = (name: string, input: string, from: number, to: number): Node => ({
      name,
      op: 'Cast',
      input: [input],
      attr: { SrcT: attr.type(from), DstT: attr.type(to), Truncate: attr.bool(false) },
    });
    const input = ids.map((id, i) => {
      if (!castInputs.includes(i)) return this.reference(id);
      const name = `${node.name}/bfloat16_${i}`;
      this.nodes.push(cast(name, this.reference(id), dtypes.TF_FLOAT, dtypes.TF_BFLOAT16));
      return name;
    });
    this.nodes.push({ ...node, input, attr: { ...node.attr, T: attr.type(dtypes.TF_BFLOAT16) } });
    this.add(cast(`${node.name}/float32`, node.name, dtypes.TF_BFLOAT16, dtypes.TF_FLOAT), [result]);
  }

  /** The op that all workers compute together: recorded for a group of one, it is of `workers` here. */
  collective(node: Omit<Node, 'input'>, [value, , ...keys]: readonly number[], workers: number, result: number): void {
    const size = int32Constant(`${node.name}/workers`, workers);
    this.nodes.push(size);
    this.add({ ...node, input: [this.reference(value!), size.name, ...keys.map((id) => this.reference(id))] }, [
      result,
    ]);
  }

  placeholder(name: string, { shape, dtype }: TensorSpec, id: number): void {
    this.add({ name, op: 'Placeholder', input: [], attr: { dtype: attr.type(dtype), shape: attr.shape(shape) } }, [id]);
  }

  variable(variable: GraphVariable): void {
    const { name, shape, dtype, before, isRead } = variable;
    const handle = `var/${name}`;
    const type = { dtype: attr.type(dtype) };
    this.nodes.push(
      {
        name: handle,
        op: 'VarHandleOp',
        input: [],
        attr: { ...type, shape: attr.shape(shape), shared_name: attr.string(name) },
      },
      { name: nodeNames.read(name), op: 'ReadVariableOp', input: [handle], attr: type },
      { name: nodeNames.newValue(name), op: 'Placeholder', input: [], attr: { ...type, shape: attr.shape(shape) } },
      { name: nodeNames.write(name), op: 'AssignVariableOp', input: [handle, nodeNames.newValue(name)], attr: type },
    );
    this.variables.set(before, variable);
    if (!isRead) return;
    const read = `value/${name}`;
    this.add({ name: read, op: 'ReadVariableOp', input: [handle], attr: type }, [before]);
    this.reads.set(name, [read]);
  }

  /** How an op's input refers to tensor `id`. */
  reference(id: number): string {
    return this.references.get(id)!;
  }

  /** An op that takes the handles of `variables` first and changes them in place; `results` are their values afterwards. */
  update(
    node: Omit<Node, 'input'>,
    variables: readonly number[],
    inputs: readonly number[],
    results: readonly number[],
  ): void {
    const targets = variables.map((id) => this.variables.get(id)!);
    const operands = inputs.map((id) => this.reference(id));
    this.nodes.push({
      ...node,
      input: [...targets.map(({ name }) => `var/${name}`), ...operands, ...this.readsOf(targets)],
    });
    this.updates.push(node.name);
    targets.forEach(({ name, dtype, after }, i) => {
      const result = results[i]!;
      if (after === result) this.updated.add(result);
      const read = `${node.name}/${name}`;
      this.reads.set(name, [...(this.reads.get(name) ?? []), read]);
      this.add(
        {
          name: read,
          op: 'ReadVariableOp',
          input: [`var/${name}`, `^${node.name}`],
          attr: { dtype: attr.type(dtype) },
        },
        [result],
      );
    });
  }

  /** What the step leaves in its variables; an op that updated one in place has done so already. */
  assignments(variables: readonly GraphVariable[]): void {
    for (const variable of variables) {
      const { name, dtype, before, after } = variable;
      if (after === before || this.updated.has(after)) continue;
      const node = `assign/${name}`;
      const value = this.reference(after);
      this.nodes.push({
        name: node,
        op: 'AssignVariableOp',
        input: [`var/${name}`, value, ...this.readsOf([variable])],
        attr: { dtype: attr.type(dtype) },
      });
      this.updates.push(node);
    }
    this.nodes.push({ name: nodeNames.update, op: 'NoOp', input: this.updates.map((name) => `^${name}`) });
  }

  private readsOf(variables: readonly GraphVariable[]): string[] {
    return variables.flatMap(({ name }) => (this.reads.get(name) ?? []).map((read) => `^${read}`));
  }
}
