// What a Linearizer consists of, as a few lines of text.
import { namedVariables, trainableVariables, type Invertible } from '@lin/invertible';
import type { LinearOperator } from '@lin/operator';
import type { Encoder } from './encoder.js';

export function describeLinearizer({ gx, A, gy }: { gx: Encoder; A: LinearOperator; gy: Invertible }): string {
  const parts = [
    ['g_x', `[B, ${gx.imageShape.join(', ')}] → [B, ${gx.latentDim}]`, blocksOf(gx), gx],
    ['A', `[B, ${A.inputDim}] → [B, ${A.outputDim}]`, '', A],
    ['g_y⁻¹', `[B, ${gy.outputShape.join(', ')}] → [B, ${gy.inputShape.join(', ')}]`, blocksOf(gy), gy],
  ] as const;
  const whole = { gx, A, gy };
  const lines = [
    'Linearizer  f(x) = g_y⁻¹(A · g_x(x))',
    ...parts.map(
      ([name, shape, blocks, module]) =>
        `  ${name.padEnd(6)} ${shape.padEnd(34)} ${blocks.padEnd(12)} ${count(module)} parameters`,
    ),
    `  total parameters      ${count(whole)}`,
    `  trainable parameters  ${sum(trainableVariables(whole)).toLocaleString('en-US')}`,
  ];
  return lines.map((line) => line.trimEnd()).join('\n');
}

function blocksOf(module: object): string {
  const blocks = 'numBlocks' in module ? (module.numBlocks as number) : undefined;
  return blocks === undefined ? '' : `${blocks} block${blocks === 1 ? '' : 's'}`;
}

const count = (module: object) => sum(namedVariables(module)).toLocaleString('en-US');

function sum(variables: ReadonlyMap<string, { size: number }>): number {
  return [...variables.values()].reduce((total, { size }) => total + size, 0);
}
