/** A user's mistake: its message is all that is printed, and the process ends with exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** `evaluate` and `visualize` look at a run as it was configured. */
export function refuseTrainingOptions(command: string, options: Readonly<Record<string, unknown>>): void {
  const given = ['config', 'set', 'resume'].find((option) => options[option] !== undefined);
  if (given)
    throw new UsageError(
      `--${given} is an option of train; ${command} takes a run's own config (--name chooses the run).`,
    );
}
