// In the place of an MLflow server: it keeps what it is asked, and answers as one does, or refuses; a parameter cannot be changed.
import { createServer, type Server } from 'node:http';
import { createServer as createListener, type AddressInfo } from 'node:net';

/** One pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export interface MlflowRequest {
  method: string;
  /** Behind /api/2.0/. */
  path: string;
  body: Buffer;
  authorization: string | undefined;
}

export class FakeMlflow {
  readonly requests: MlflowRequest[] = [];
  /** A status to answer with in the place of what is right, or undefined. */
  refuse: (request: MlflowRequest) => number | undefined = () => undefined;
  artifactUri = 'mlflow-artifacts:/7/run-1/artifacts';
  /** Of its one run. */
  readonly params = new Map<string, string>();
  readonly tags = new Map<string, string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeMlflow> {
    const server = createServer();
    const fake = new FakeMlflow(server);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { method, url, headers } = request;
        const path = url!.replace('/api/2.0/', '');
        const asked = { method: method!, path, body: Buffer.concat(parts), authorization: headers.authorization };
        fake.requests.push(asked);
        const [status, answer] = fake.answer(asked);
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The bodies of the requests to a path, in order. */
  sent<T = unknown>(path: string): T[] {
    return this.requests.filter((request) => request.path === path).map(({ body }) => JSON.parse(String(body)) as T);
  }

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: MlflowRequest): [status: number, answer: object] {
    const refused = this.refuse(request);
    if (refused !== undefined)
      return [refused, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'there is no such thing' }];
    const info = { run_id: 'run-1', experiment_id: '7', artifact_uri: this.artifactUri };
    if (request.path === 'mlflow/runs/log-batch' && !this.takeParams(request))
      return [400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'Changing param values is not allowed.' }];
    if (request.path === 'mlflow/runs/set-tag') {
      const { key, value } = JSON.parse(String(request.body)) as Entry;
      this.tags.set(key, value);
    }
    if (request.path === 'mlflow/experiments/create') return [200, { experiment_id: '7' }];
    if (request.path.startsWith('mlflow/experiments/get')) return [200, { experiment: { experiment_id: '7' } }];
    const entriesOf = (map: ReadonlyMap<string, string>) => Array.from(map, ([key, value]) => ({ key, value }));
    const data = { params: entriesOf(this.params), tags: entriesOf(this.tags) };
    return [200, request.path.startsWith('mlflow/runs/') ? { run: { info, data } } : {}];
  }

  /** All of them or none, as mlflow does. */
  private takeParams({ body }: MlflowRequest): boolean {
    const { params = [] } = JSON.parse(String(body)) as { params?: Entry[] };
    if (params.some(({ key, value }) => (this.params.get(key) ?? value) !== value)) return false;
    for (const { key, value } of params) this.params.set(key, value);
    return true;
  }
}

interface Entry {
  key: string;
  value: string;
}

/** One that nobody listens at. */
export function freePort(): Promise<number> {
  const server = createListener();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
