// Which of the processes that train together this one is, from what launchers say in the environment.
import { clusterOfTfConfig, type ClusterPlace } from '@lin/engine';
import { UsageError } from '@lin/command-line';
import { expandCounts, expandHosts } from './slurm-lists.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The first port of a machine's workers; LIN_PORT names another. */
const FIRST_PORT = 47_100;
/** Two jobs on a machine do not meet: SLURM's number of the job moves the port, in steps of this. */
const PORTS_OF_A_JOB = 16;
const JOBS = 1000;

/** In this order: TF_CONFIG, SLURM, a Kubernetes Indexed Job, torchrun. undefined: this process trains alone. @throws UsageError */
export function placeInCluster(environment: Environment = process.env): ClusterPlace | undefined {
  for (const launcher of [fromTfConfig, fromSlurm, fromIndexedJob, fromTorchrun]) {
    const place = launcher(environment);
    if (place) return place.workers.length > 1 ? place : undefined;
  }
  return undefined;
}

/** TensorFlow's own, as Kubeflow and Vertex AI set it. */
const fromTfConfig = ({ TF_CONFIG: text }: Environment) => (text ? clusterOfTfConfig(text) : undefined);

/** A task of srun: https://slurm.schedmd.com/srun.html, output environment variables. Tasks are laid out in blocks, its default. */
function fromSlurm(environment: Environment): ClusterPlace | undefined {
  const rank = environment['SLURM_PROCID'];
  const tasks = environment['SLURM_STEP_NUM_TASKS'] ?? environment['SLURM_NTASKS'];
  const nodes = environment['SLURM_STEP_NODELIST'] ?? environment['SLURM_JOB_NODELIST'];
  if (rank === undefined || tasks === undefined || nodes === undefined) return undefined;
  const counts = environment['SLURM_STEP_TASKS_PER_NODE'] ?? environment['SLURM_TASKS_PER_NODE'] ?? '1';
  const tasksOf = expandCounts(counts);
  const job = Number(environment['SLURM_JOB_ID'] ?? 0) % JOBS;
  const port = portOf(environment, FIRST_PORT + job * PORTS_OF_A_JOB);
  const workers = expandHosts(nodes).flatMap((host, node) => addresses(host, port, tasksOf[node] ?? 0));
  if (workers.length !== Number(tasks))
    throw new UsageError(
      `SLURM has ${tasks} tasks, but its lists of nodes (${nodes}) and of tasks on each (${counts}) make ${workers.length}; set TF_CONFIG.`,
    );
  return { workers, index: Number(rank) };
}

/**
 * A pod of a Job with completionMode Indexed is <job>-<index>.<service> where a headless service has it. Kubernetes tells the index and, in
 * HOSTNAME, the first part; LIN_WORKERS and LIN_SERVICE are for the manifest to say.
 */
function fromIndexedJob(environment: Environment): ClusterPlace | undefined {
  const [index, count] = [environment['JOB_COMPLETION_INDEX'], environment['LIN_WORKERS']];
  if (index === undefined || count === undefined) return undefined;
  const [service, hostname = ''] = [environment['LIN_SERVICE'], environment['HOSTNAME']];
  if (!service || !hostname.endsWith(`-${index}`))
    throw new UsageError(
      `LIN_WORKERS is ${count}: workers of an Indexed Job find each other by LIN_SERVICE, the name of a headless service (it is ` +
        `${service ? service : 'not set'}), and HOSTNAME, <job>-${index} (it is ${hostname || 'not set'}).`,
    );
  const job = hostname.slice(0, -index.length - 1);
  const port = portOf(environment, FIRST_PORT);
  const workers = Array.from({ length: wholeNumber('LIN_WORKERS', count) }, (_, i) => `${job}-${i}.${service}:${port}`);
  return { workers, index: Number(index) };
}

/** https://pytorch.org/docs/stable/elastic/run.html#environment-variables: it names one address, which is enough on one machine. */
function fromTorchrun(environment: Environment): ClusterPlace | undefined {
  const [rank, size, local] = ['RANK', 'WORLD_SIZE', 'LOCAL_WORLD_SIZE'].map((name) => environment[name]);
  const port = environment['MASTER_PORT'];
  if (rank === undefined || size === undefined || port === undefined) return undefined;
  if (local !== size)
    throw new UsageError(
      `torchrun runs ${size} processes, ${local ?? 'an unknown number'} of them here: of other machines it has no address; set TF_CONFIG.`,
    );
  const workers = addresses('localhost', wholeNumber('MASTER_PORT', port) + 1, wholeNumber('WORLD_SIZE', size));
  return { workers, index: Number(rank) };
}

const addresses = (host: string, port: number, count: number) =>
  Array.from({ length: count }, (_, i) => `${host}:${port + i}`);

const portOf = ({ LIN_PORT: text }: Environment, otherwise: number) =>
  text ? wholeNumber('LIN_PORT', text) : otherwise;

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new UsageError(`${name} is "${text}"; expected a whole number of at least 1.`);
}
