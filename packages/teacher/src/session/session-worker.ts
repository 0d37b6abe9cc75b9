// A thread with one ONNX session: onnxruntime-node computes inside the thread that calls it. Pixels become planes here too, and buffers are
// used again.
import { parentPort, workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import { inNativeCode, type ThreadFlags } from './exit-guard.js';
import { HALF_VALUES, toHalfBits } from './half.js';
import { openInOrder } from './open-in-order.js';
import { fillPlanes } from './planes.js';
import type { Feed, PixelFeed, Reply, Request, SessionDescription, SessionOptions, SessionTensor } from './session.js';

const { path, providers, threads, flags } = workerData as Required<SessionOptions> & { flags: ThreadFlags };
let session: ort.InferenceSession;
/** Tensors of the last run by input, filled anew while the shape stays. */
const inputs = new Map<string, ort.Tensor>();

async function open(): Promise<SessionDescription> {
  const known = ort.listSupportedBackends().map(({ name }) => name);
  const opened = await openInOrder(providers, (provider) => {
    if (!known.includes(provider))
      throw new Error(`onnxruntime-node for ${process.platform} ${process.arch} comes without it`);
    return ort.InferenceSession.create(path, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      logSeverityLevel: 4, // a model that states [1, 512] for any batch would warn at every run; errors come as exceptions
    });
  });
  session = opened.session;
  return {
    provider: opened.provider,
    skipped: opened.skipped,
    inputs: describe(session.inputMetadata),
    outputs: describe(session.outputMetadata),
  };
}

async function run(feeds: Record<string, Feed>): Promise<Record<string, SessionTensor>> {
  const tensors = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, tensorOf(name, feed)]));
  const results = await session.run(tensors);
  const outputs: Record<string, SessionTensor> = {};
  for (const [name, tensor] of Object.entries(results)) {
    outputs[name] = { data: floatsOf(tensor), dims: [...tensor.dims] };
    tensor.dispose();
  }
  return outputs;
}

async function release(): Promise<Record<string, SessionTensor>> {
  await session.release();
  return {};
}

function tensorOf(name: string, feed: Feed): ort.Tensor {
  const isHalf = session.inputMetadata.some(
    (input) => input.name === name && input.isTensor && input.type === 'float16',
  );
  const dims = 'pixels' in feed ? dimsOf(feed) : [...feed.dims];
  const kept = inputs.get(name);
  const tensor =
    kept && kept.dims.length === dims.length && kept.dims.every((size, i) => size === dims[i])
      ? kept
      : newTensor(isHalf, dims);
  inputs.set(name, tensor);
  const into = bitsOf(tensor);
  if ('pixels' in feed) fillPlanes({ ...feed, into, area: feed.height * feed.width });
  else if (into instanceof Float32Array) into.set(feed.data);
  else feed.data.forEach((value, i) => (into[i] = toHalfBits(value)));
  return tensor;
}

const dimsOf = ({ batch, height, width, layout }: PixelFeed) =>
  layout === 'nchw' ? [batch, 3, height, width] : [batch, height, width, 3];

function newTensor(isHalf: boolean, dims: number[]): ort.Tensor {
  const length = dims.reduce((product, size) => product * size, 1);
  return isHalf
    ? new ort.Tensor('float16', new Uint16Array(length), dims)
    : new ort.Tensor('float32', new Float32Array(length), dims);
}

/** float32 numbers, or float16 bits: newer versions of Node give those as a Float16Array. */
function bitsOf({ data, type }: ort.Tensor): Float32Array | Uint16Array {
  if (type !== 'float16') return data as Float32Array;
  const { buffer, byteOffset, length } = data as unknown as Uint16Array;
  return new Uint16Array(buffer, byteOffset, length);
}

/** A copy of its own, which can be handed over to another thread. */
function floatsOf(tensor: ort.Tensor): Float32Array<ArrayBuffer> {
  if (tensor.type === 'float32') return Float32Array.from(tensor.data as Float32Array);
  if (tensor.type === 'float16') return Float32Array.from(bitsOf(tensor), (bits) => HALF_VALUES[bits]!);
  return Float32Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

const describe = (metadata: readonly ort.InferenceSession.ValueMetadata[]) =>
  metadata.map((value) => ({
    name: value.name,
    type: value.isTensor ? value.type : 'none',
    dims: value.isTensor ? value.shape : [],
  }));

const reply = (message: Reply, transfer: ArrayBuffer[] = []) => parentPort!.postMessage(message, transfer);
const messageOf = (error: unknown) => String((error as Error).message ?? error);

/** One after the other: onnxruntime begins a run later than it is asked to, and the tensors are used again. */
let last = Promise.resolve();
parentPort!.on('message', (request: Request) => (last = last.then(() => answer(request))));

async function answer({ id, feeds }: Request): Promise<void> {
  try {
    const outputs: Record<string, SessionTensor> = await inNativeCode(flags, () => (feeds ? run(feeds) : release()));
    reply(
      { id, outputs },
      Object.values(outputs).map(({ data }) => data.buffer),
    );
  } catch (error) {
    reply({ id, error: messageOf(error) });
  }
}

await inNativeCode(flags, open).then(
  (description) => reply({ opened: description }),
  (error: unknown) => reply({ refused: messageOf(error) }),
);
