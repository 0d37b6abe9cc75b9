// A process that runs one training step for each line that it is sent: several of them take turns.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

interface Ended {
  /** Medians over the steps. */
  seconds: number;
  cpuSeconds: number;
  peakRssMB: number;
  parameters: number;
  recordSeconds?: number;
}

export class StepServer {
  private process: ChildProcess | undefined;
  private lines: AsyncIterator<string> | undefined;
  private reader: Interface | undefined;
  private readonly walls: number[] = [];
  private readonly cpus: number[] = [];

  constructor(
    private readonly command: string,
    private readonly args: readonly string[],
  ) {}

  /** false where the process ends before it is ready: a peer that is not installed. */
  async start(): Promise<boolean> {
    const isOurs = this.command === process.execPath;
    const started = spawn(this.command, this.args, { stdio: ['pipe', 'pipe', isOurs ? 'inherit' : 'ignore'] });
    started.on('error', () => {});
    this.process = started;
    this.reader = createInterface({ input: started.stdout! });
    this.lines = this.reader[Symbol.asyncIterator]();
    for (;;) {
      const { value, done } = await this.lines.next();
      if (value === 'ready') return true;
      if (!done) continue;
      if (isOurs) throw new Error(`${this.args.join(' ')} ended.`); // a peer may be missing, we may not
      return false;
    }
  }

  async step(): Promise<void> {
    const [wall, cpu] = (await this.ask('step')).split(' ').map(Number) as [number, number];
    this.walls.push(wall);
    this.cpus.push(cpu);
  }

  async end(): Promise<Ended> {
    const answer = JSON.parse(await this.ask('peak')) as Omit<Ended, 'seconds' | 'cpuSeconds'>;
    this.process!.stdin!.end();
    await once(this.process!, 'exit');
    return { ...answer, seconds: median(this.walls), cpuSeconds: median(this.cpus) };
  }

  private async ask(what: string): Promise<string> {
    this.process!.stdin!.write(`${what}\n`);
    const { value, done } = await this.lines!.next();
    if (done) throw new Error(`${this.command} ${this.args.join(' ')} ended.`);
    return value;
  }
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
