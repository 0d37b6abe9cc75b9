// What a failure says and how the process ends: a sentence and code 2 for the user's mistake, a sentence and code 1 for a failure of the
// environment (a full disk, a missing library), a stack and code 1 for a fault of the program.

const faultOf = (error: unknown): unknown => (error instanceof Error && 'fault' in error ? error.fault : undefined);

export function exitCodeOf(error: unknown): 1 | 2 {
  return faultOf(error) === 'input' ? 2 : 1;
}

/** The sentence of an expected failure, the stack of any other. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isSystemError = 'code' in error && 'syscall' in error;
  const isExpected = isSystemError || faultOf(error) === 'input' || faultOf(error) === 'environment';
  return isExpected ? error.message : (error.stack ?? error.message);
}
