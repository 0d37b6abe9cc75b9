// What a Linearizer consists of, as a few lines of text.
import type * as tf from '@tensorflow/tfjs-core';
import { namedVariables, trainableVariables, type Invertible } from '@lin/invertible';
import type { LinearOperator } from '@lin/operator';
import type { Encoder } from './encoders/encoder.js';

export function describeLinearizer({ gx, A, gy }: { gx: Encoder; A: LinearOperator; gy: Invertible }): string {
  const parts = [
    ['g_x', `[B, ${gx.imageShape.join(', ')}] → [B, ${gx.latentDim}]`, blocksOf(gx), gx],
    ['A', `[B, ${A.inputDim}] → [B, ${A.outputDim}]`, '', A],
    ['g_y⁻¹', `[B, ${gy.outputShape.join(', ')}] → [B, ${gy.inputShape.join(', ')}]`, blocksOf(gy), gy],
  ] as const;
  const { total, trainable } = parameterCount({ gx, A, gy });
  const lines = [
    'Linearizer  f(x) = g_y⁻¹(A · g_x(x))',
    ...parts.map(
      ([name, shape, blocks, module]) =>
        `  ${name.padEnd(6)} ${shape.padEnd(34)} ${blocks.padEnd(12)} ${format(parameterCount(module).total)} parameters`,
    ),
    `  total parameters      ${format(total)}`,
    `  trainable parameters  ${format(trainable)}`,
  ];
  return lines.map((line) => line.trimEnd()).join('\n');
}

function blocksOf(module: object): string {
  const blocks = 'numBlocks' in module ? (module.numBlocks as number) : undefined;
  return blocks === undefined ? '' : `${blocks} block${blocks === 1 ? '' : 's'}`;
}

/** Numbers in the float32 variables below `module`: integers, such as the order of a permutation, are saved but are no parameters. */
export function parameterCount(module: object): { total: number; trainable: number } {
  const sum = (variables: ReadonlyMap<string, tf.Variable>) =>
    [...variables.values()].reduce((count, { dtype, size }) => count + (dtype === 'float32' ? size : 0), 0);
  return { total: sum(namedVariables(module)), trainable: sum(trainableVariables(module)) };
}

const format = (count: number) => count.toLocaleString('en-US');
