// `nx train app` and its siblings: reads the command line, runs one command, and turns a failure into a sentence and an exit code.
import { embed } from './commands/embed.js';
import { evaluate } from './commands/evaluate.js';
import { spectrum } from './commands/spectrum.js';
import { train } from './commands/train.js';
import { unlearn } from './commands/unlearn.js';
import { visualize } from './commands/visualize.js';
import { exitCodeOf, messageOf } from './failure.js';
import { parseCommandLine } from './terminal/command-options.js';
import { UsageError } from './terminal/usage-error.js';

const USAGE = `Usage: npx nx <command> app [-- options]

  embed       computes the teacher's embeddings of all images, once; train does so too, where they are not there
  train       learns a Linearizer from a face recogniser; without options: sample set and sample config
  evaluate    recomputes the test figures of a run from its checkpoint
  visualize   writes the two figures of a run into its report
  spectrum    singular values, rank and best operator of a run, into its folder spectrum/
  unlearn     makes an edit of a run's operator that forgets people, into its folder unlearn/

Options
  --config FILE       YAML configuration (train, embed)
  --set KEY=VALUE     overrides one key, e.g. --set linearizer.num_blocks=8; may be repeated (train, embed)
  --name NAME         the run's name; evaluate and visualize take the newest run without it
  --resume            continues run NAME, or the newest, from its last checkpoint (train)
  --shard I/N         embeds part I of N, counted from 0 (embed)
  --merge             joins the parts (embed)
  --verify            reads every byte of the result again (embed)
  --identities N,M    labels of the people to forget (unlearn)
  --method NAME       least-squares, low-rank or projection (unlearn)
  --rank R            directions to take out, of low-rank and projection (unlearn)
  --tolerance T       largest relative change of the others, of least-squares (unlearn)
  --help              this text
`;

const commands = { embed, train, evaluate, visualize, spectrum, unlearn };

/** Options of one command alone. */
const OPTIONS_OF = {
  embed: ['shard', 'merge', 'verify'],
  unlearn: ['identities', 'method', 'rank', 'tolerance'],
} as const;

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(args);
  const [name, ...rest] = positionals;
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const command = Object.hasOwn(commands, name ?? '') ? commands[name as keyof typeof commands] : undefined;
  if (!command)
    throw new UsageError(`Unknown command "${name ?? ''}"; it is one of ${Object.keys(commands).join(', ')}.`);
  if (rest.length > 0) throw new UsageError(`Unexpected argument "${rest[0]}"; options begin with -- (see --help).`);
  for (const [owner, its] of Object.entries(OPTIONS_OF)) {
    const foreign = owner === name ? undefined : its.find((option) => values[option] !== undefined);
    if (foreign) throw new UsageError(`--${foreign} is an option of ${owner}, not of ${name}.`);
  }
  await command(values);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
