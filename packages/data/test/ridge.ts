// Ridge regression in float64 by Cholesky: W = argmin ‖XWᵀ − Y‖² + λ‖W‖², from the normal equations.

/** `inputs` [n, d], `targets` [n, k] → weights [k, d]. */
export function solveRidge(inputs: readonly number[][], targets: readonly number[][], lambda: number): number[][] {
  const d = inputs[0]!.length;
  const rows = inputs.map((input) => Float64Array.from(input));
  const gram = Array.from({ length: d }, () => new Float64Array(d)); // lower triangle of XᵀX + λI
  for (const x of rows)
    for (let i = 0; i < d; i++) for (let j = 0, row = gram[i]!; j <= i; j++) row[j]! += x[i]! * x[j]!;
  for (let i = 0; i < d; i++) gram[i]![i]! += lambda;
  factorise(gram);
  return targets[0]!.map((_, k) => {
    const moment = new Float64Array(d);
    rows.forEach((x, n) => x.forEach((value, i) => (moment[i]! += value * targets[n]![k]!)));
    return [...solve(gram, moment)];
  });
}

/** A = LLᵀ in place of A's lower triangle. */
function factorise(a: Float64Array[]): void {
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i]![j]!;
      for (let k = 0; k < j; k++) sum -= a[i]![k]! * a[j]![k]!;
      a[i]![j] = i === j ? Math.sqrt(sum) : sum / a[j]![j]!;
    }
  }
}

/** x of LLᵀx = b. */
function solve(l: readonly Float64Array[], b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i]![k]! * x[k]!;
    x[i]! /= l[i]![i]!;
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i]! -= l[k]![i]! * x[k]!;
    x[i]! /= l[i]![i]!;
  }
  return x;
}
