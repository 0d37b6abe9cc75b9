// Several sessions of one model; a run goes to the one with least to do, and a thread that has died is replaced.
import {
  Session,
  SessionEndedError,
  type Feed,
  type SessionDescription,
  type SessionOptions,
  type SessionTensor,
} from './session.js';

export class SessionPool {
  private isClosed = false;

  private constructor(
    private readonly options: SessionOptions,
    private readonly sessions: (Session | Promise<Session>)[],
    readonly description: SessionDescription,
  ) {}

  /** @throws Error with onnxruntime's words where the model cannot be loaded. */
  static async open({ size, ...options }: SessionOptions & { size: number }): Promise<SessionPool> {
    const first = await Session.open(options); // a damaged model is refused once, not by every thread
    const others = await Promise.all(Array.from({ length: size - 1 }, () => Session.open(options))).catch(
      async (error: unknown) => {
        await first.close();
        throw error;
      },
    );
    return new SessionPool(options, [first, ...others], first.description);
  }

  get size(): number {
    return this.sessions.length;
  }

  /** @throws Error with onnxruntime's words where the feeds do not fit the model, or after `close`. */
  async run(feeds: Record<string, Feed>): Promise<Record<string, SessionTensor>> {
    if (this.isClosed) throw new SessionEndedError('the model is closed');
    return (await this.leastLoaded()).run(feeds);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(
      this.sessions.map(async (session) => (await Promise.resolve(session).catch(() => undefined))?.close()),
    );
  }

  private leastLoaded(): Session | Promise<Session> {
    const loads = this.sessions.map((session) =>
      session instanceof Session ? (session.isOpen ? session.load : -1) : Infinity,
    );
    const at = loads.indexOf(Math.min(...loads));
    const session = this.sessions[at]!;
    return session instanceof Session && !session.isOpen ? this.reopen(at) : session;
  }

  private reopen(at: number): Promise<Session> {
    const dead = this.sessions[at]!;
    const opening = Session.open(this.options).then(
      (session) => (this.sessions[at] = session),
      (error: unknown) => {
        this.sessions[at] = dead; // to be tried again at the next run
        throw error;
      },
    );
    this.sessions[at] = opening;
    return opening;
  }
}
