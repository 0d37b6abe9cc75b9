// distribute: makes this process one of the workers that train together, over TensorFlow's own servers and collectives.
import { ClusterConfigError, ClusterError, EngineError } from '../errors.js';
import { activeTensorFlow, type ActiveTensorFlow } from '../tensorflow/active.js';
import { TF_OK } from '../tensorflow/c-api.js';
import { serverDef, type ClusterPlace } from '../tensorflow/config-proto.js';
import { Cluster, type Deadlines } from './cluster.js';
import { closeToOthers, outsideAddresses } from './loopback-only.js';
import { checkPlace, clusterOfTfConfig, hostOf, portOf } from './tf-config.js';
import { nameWorkers, waitForAll } from './worker-health.js';

export interface DistributeOptions extends Partial<ClusterPlace>, Partial<Deadlines> {
  /**
   * Confirms that nobody else reaches the network that the workers are in. TensorFlow's server asks nobody who they are, and runs any graph
   * that it is sent; workers on several machines are refused without this. Default false.
   */
  privateNetwork?: boolean;
  /** Seconds that the other workers may take to begin. Default 600. */
  startSeconds?: number;
}

export interface Joined {
  cluster: Cluster;
  /** Which worker this is, and who reaches its server, in one line. */
  reason: string;
}

let joined = false;

/**
 * Joins a cluster as the worker that `workers` and `index`, or TF_CONFIG, say; resolves when all workers are there. The engine must run on
 * TensorFlow. The server that it starts lasts as long as the process.
 * @throws ClusterConfigError for a list of workers that cannot be, or none.
 * @throws ClusterError where others could reach the server and `privateNetwork` is not set, its port is taken, or a worker does not begin.
 */
export async function distribute({
  workers,
  index,
  privateNetwork = false,
  startSeconds = 600,
  answerSeconds = 60,
  stepSeconds = 3600,
}: DistributeOptions = {}): Promise<Joined> {
  const active = activeTensorFlow();
  if (!active)
    throw new EngineError("distribute: workers train on TensorFlow; call initEngine({ backend: 'tensorflow' }) first.");
  const place = workers && index !== undefined ? { workers, index } : placeOfEnvironment();
  checkPlace(place);
  if (joined) throw new ClusterError('distribute: this process is a worker already, and remains one until it ends.');
  const address = place.workers[place.index]!;
  const isLocal = place.workers.every(isLoopback);
  if (!isLocal && !privateNetwork) throw new ClusterError(refusal(portOf(address)));
  const target = startServer(active, place);
  joined = true;
  const isClosed = isLocal && (await closeToOthers(portOf(address)));
  if (!isClosed && !privateNetwork && outsideAddresses().length > 0) throw new ClusterError(refusal(portOf(address)));
  await waitForAll(place, startSeconds);
  const cluster = new Cluster(place, target, { answerSeconds, stepSeconds }, active);
  await refuseOthers(cluster, active);
  const who = isClosed
    ? 'only this machine reaches them'
    : 'TensorFlow asks nobody who they are: whoever reaches them can run anything as this user';
  return {
    cluster,
    reason: `worker ${place.index} of ${place.workers.length}, at ${address}; TensorFlow's servers, ${who}`,
  };
}

function placeOfEnvironment(): ClusterPlace {
  const text = process.env['TF_CONFIG'];
  if (text) return clusterOfTfConfig(text);
  throw new ClusterConfigError('distribute: pass workers and index, or set TF_CONFIG.');
}

const isLoopback = (address: string) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostOf(address));

const refusal = (port: number) =>
  `TensorFlow's server would listen on port ${port} of every network of this machine, asks nobody who they are, and runs any graph that ` +
  'it is sent. Where nobody else reaches these machines, say so with privateNetwork (LIN_PRIVATE_NETWORK=1 for nx train app).';

/** Returns its target. @throws ClusterError */
function startServer({ library, config }: ActiveTensorFlow, place: ClusterPlace): string {
  const address = place.workers[place.index]!;
  const status = library.newStatus();
  const check = () => {
    if (library.code(status) === TF_OK) return;
    throw new ClusterError(
      `TensorFlow's server cannot listen on port ${portOf(address)} (${library.message(status)}): ` +
        'another process has it, or the port is not allowed; choose another.',
    );
  };
  try {
    const proto = serverDef(config, place);
    const server = library.newServer(proto, proto.length, status);
    check();
    library.startServer(server, status);
    check();
    return library.serverTarget(server);
  } finally {
    library.deleteStatus(status);
  }
}

/** Other numbers of threads round sums otherwise: weights that should be the same would drift apart. @throws ClusterError */
async function refuseOthers(cluster: Cluster, { library, config }: ActiveTensorFlow): Promise<void> {
  const engines = await cluster.gather(`TensorFlow ${library.version} on ${config.threads} threads`);
  const other = engines.findIndex((engine) => engine !== engines[0]);
  if (other < 0) return;
  throw new ClusterError(
    `${nameWorkers([other], cluster)} has ${engines[other]}, and worker 0 has ${engines[0]}; give all the same.`,
  );
}
