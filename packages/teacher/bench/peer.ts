// Python's onnxruntime as a process that runs a round when it is asked to. LIN_TEST_PYTHON names another interpreter than python3.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export class Peer {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** Undefined where there is no Python with onnxruntime and numpy. */
  static async start(model: string, threads: number): Promise<Peer | undefined> {
    const script = fileURLToPath(new URL('./peer_onnxruntime.py', import.meta.url));
    const child = spawn(process.env['LIN_TEST_PYTHON'] ?? 'python3', [script, model, '--threads', String(threads)], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.on('error', () => {}); // no such interpreter: its output ends at once
    const lines = (createInterface({ input: child.stdout! }) as Interface)[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    return done ? undefined : new Peer((JSON.parse(value) as { peer: string }).peer, child, lines);
  }

  /** Images per second of a round, after one run to warm up. */
  async round(batch: number, runs: number): Promise<number> {
    this.child.stdin!.write(`${JSON.stringify({ batch, runs })}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`Python's ${this.name} ended in the middle of a round.`);
    return (batch * runs) / (JSON.parse(value as string) as { seconds: number }).seconds;
  }

  stop(): void {
    this.child.stdin!.end();
  }
}
