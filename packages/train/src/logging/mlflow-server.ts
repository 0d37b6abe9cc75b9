// MLflow's REST API (mlflow.org/docs/latest/rest-api.html), version 2.0: one request, one answer.
import { LoggerError } from './logger-error.js';

export interface MlflowRun {
  run_id: string;
  experiment_id: string;
  /** Where its files are, `mlflow-artifacts:/…` where the server keeps them. */
  artifact_uri: string;
}

/** One that is on the server already. */
export interface FoundMlflowRun {
  info: MlflowRun;
  params: ReadonlyMap<string, string>;
  tags: ReadonlyMap<string, string>;
}

type Entries = { key: string; value: string }[];

interface RunAnswer {
  run: { info: MlflowRun; data?: { params?: Entries; tags?: Entries } };
}

const TIMEOUT = 15_000; // ms
const NO_SUCH_THING = 'RESOURCE_DOES_NOT_EXIST';

/** What a server answered that is no success. */
class RefusedError extends LoggerError {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string | undefined,
  ) {
    super(message);
  }
}

export class MlflowServer {
  private readonly url: string;

  constructor(
    url: string,
    private readonly token?: string,
  ) {
    this.url = url.replace(/\/+$/, '');
  }

  /** Its id; made where there is none of that name. */
  async experiment(name: string): Promise<string> {
    const path = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
    const found = await unlessMissing(this.call<{ experiment: { experiment_id: string } }>('GET', path));
    if (found) return found.experiment.experiment_id;
    const made = await this.call<{ experiment_id: string }>('POST', 'experiments/create', { name });
    return made.experiment_id;
  }

  async createRun(experiment: string, name: string): Promise<MlflowRun> {
    const body = { experiment_id: experiment, run_name: name, start_time: Date.now() };
    return (await this.call<RunAnswer>('POST', 'runs/create', body)).run.info;
  }

  /** undefined where it is gone. */
  async findRun(id: string): Promise<FoundMlflowRun | undefined> {
    const answer = await unlessMissing(this.call<RunAnswer>('GET', `runs/get?run_id=${encodeURIComponent(id)}`));
    if (!answer) return undefined;
    const { info, data } = answer.run;
    return { info, params: mapOf(data?.params), tags: mapOf(data?.tags) };
  }

  async post(path: string, body: object): Promise<void> {
    await this.call('POST', path, body);
  }

  /** Of a run whose files the server keeps. */
  async putArtifact({ artifact_uri }: MlflowRun, name: string, bytes: Uint8Array): Promise<void> {
    const folder = artifact_uri.replace(/^mlflow-artifacts:\/+/, '');
    const path = [...folder.split('/'), ...name.split('/')].map(encodeURIComponent).join('/');
    await this.fetch('PUT', `mlflow-artifacts/artifacts/${path}`, {
      body: new Uint8Array(bytes),
      type: 'application/octet-stream',
    });
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const content = body && { body: JSON.stringify(body), type: 'application/json' };
    return (await (await this.fetch(method, `mlflow/${path}`, content)).json()) as T;
  }

  private async fetch(
    method: string,
    path: string,
    content?: { body: NonNullable<Parameters<typeof fetch>[1]>['body']; type: string },
  ): Promise<Response> {
    const response = await fetch(`${this.url}/api/2.0/${path}`, {
      method,
      ...(content?.body && { body: content.body }),
      headers: {
        ...(content && { 'Content-Type': content.type }),
        ...(this.token !== undefined && { Authorization: `Bearer ${this.token}` }),
      },
      signal: AbortSignal.timeout(TIMEOUT),
    }).catch((error: Error) => {
      const { cause } = error as { cause?: { code?: string; message?: string } };
      throw new LoggerError(`${this.url} cannot be reached (${cause?.code ?? cause?.message ?? error.message}).`);
    });
    if (response.ok) return response;
    const text = await response.text();
    const { error_code: code, message = text.slice(0, 200) } = parsed(text);
    throw new RefusedError(`${this.url} answers ${response.status} to ${path}: ${message}`, response.status, code);
  }
}

/** Whether to ask again may help: the server was not reached, or is in trouble. */
export const mayPass = (error: unknown) =>
  !(error instanceof RefusedError) || error.status >= 500 || error.status === 429;

/** Whether what was sent is the reason, so that a part of it may pass. */
export const isRefusedAsWritten = (error: unknown) => error instanceof RefusedError && error.status === 400;

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RefusedError && error.code === NO_SUCH_THING) return undefined;
    throw error;
  }
}

const mapOf = (entries: Entries = []) => new Map(entries.map(({ key, value }) => [key, value]));

function parsed(text: string): { error_code?: string; message?: string } {
  try {
    return JSON.parse(text) as { error_code?: string; message?: string };
  } catch {
    return {};
  }
}
