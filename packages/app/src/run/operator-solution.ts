// What a solution of A in closed form gave during training: in words, in metrics.jsonl and in the summary.
import type { MetricsRow } from '@lin/train';

/** Of one solution, on the validation identities. */
export interface OperatorFigures {
  /** Mean cosine to the teacher with A as it was trained. */
  trained: number;
  /** With A in closed form. */
  closedForm: number;
  /** λ over the mean eigenvalue of Z_xᵀ Z_x, which gives that. */
  ridge: number;
}

/** Of two equally good ones, A stays as it was trained. */
export const isClosedFormKept = ({ trained, closedForm }: OperatorFigures) => closedForm > trained;

export function describeSolution(figures: OperatorFigures): string {
  const { trained, closedForm, ridge } = figures;
  const kept = isClosedFormKept(figures) ? 'the closed form is kept' : 'A as trained is kept';
  return (
    `cosine on validation identities ${trained.toFixed(4)} with A as trained, ` +
    `${closedForm.toFixed(4)} in closed form (ridge ${ridge}): ${kept}`
  );
}

/** Of the last solution in a run's metrics; null where A was found by gradient alone. */
export function lastSolution(
  rows: readonly MetricsRow[],
): (OperatorFigures & { kept: 'trained' | 'closed-form' }) | null {
  const row = rows.findLast((row) => row['operator.trained'] !== undefined);
  if (!row) return null;
  const figures = {
    trained: row['operator.trained']!,
    closedForm: row['operator.closedForm']!,
    ridge: row['operator.ridge']!,
  };
  return { ...figures, kept: isClosedFormKept(figures) ? 'closed-form' : 'trained' };
}
