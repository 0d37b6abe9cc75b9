// Parameters of a run on an MLflow server, which never change there: another value of a run that is gone on with has a name of its own.

/** What the server has of a run. */
export interface LoggedParameters {
  values: ReadonlyMap<string, string>;
  /** How often the run was gone on with, this time included; 0 of a new one. */
  resumed: number;
}

export interface MlflowParameter {
  key: string;
  value: string;
}

const LONGEST_VALUE = 6000; // characters, the server's limit

/** Those that the server does not have as they are now. */
export function parametersToLog(
  values: Readonly<Record<string, string | number | boolean>>,
  { values: logged, resumed }: LoggedParameters,
): MlflowParameter[] {
  const latest = latestValues(logged);
  return Object.entries(values).flatMap(([name, given]) => {
    const value = String(given).slice(0, LONGEST_VALUE);
    if (latest.get(name)?.value === value) return [];
    return [{ key: latest.has(name) ? `${name}.resumed_${resumed}` : name, value }];
  });
}

/** By name, with the continuation that it is of: `rate.resumed_2` is a value of `rate`. */
function latestValues(logged: LoggedParameters['values']): Map<string, { value: string; resumed: number }> {
  const latest = new Map<string, { value: string; resumed: number }>();
  for (const [key, value] of logged) {
    const [, name = key, number = '0'] = /^(.+)\.resumed_(\d+)$/.exec(key) ?? [];
    if (Number(number) >= (latest.get(name)?.resumed ?? 0)) latest.set(name, { value, resumed: Number(number) });
  }
  return latest;
}
