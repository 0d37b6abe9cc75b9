// A command as data: its usage text, its parsing and the list of all commands are made from this.

export interface Option {
  type: 'string' | 'boolean';
  /** What its value is called in the usage text: "<n>", "FILE". */
  value?: string;
  /** What it does, and its default. */
  description: string;
  /** What it means without a value: `--resume` beside `--resume auto`. */
  bare?: string;
  /** May be given several times: its value is a list. */
  multiple?: boolean;
}

export type OptionValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export interface CommandSession {
  /** Aborted by the first Ctrl-C or SIGTERM; the second ends the process. */
  signal: AbortSignal;
}

export interface Command {
  name: string;
  /**
   * The arguments that are not options, as the usage text shows them: ["<records>", "<output>"]; a last one
   * with "…" at its end stands for one or more.
   */
  operands?: readonly string[];
  /** One line. */
  summary: string;
  /** What --help says between the usage line and the options. */
  help?: string;
  options?: Readonly<Record<string, Option>>;
  /** @returns the exit code, where it is not 0. */
  run(operands: string[], values: OptionValues, session: CommandSession): Promise<number | void>;
}
