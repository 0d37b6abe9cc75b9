// A loopback HTTP server for downloads: honest with ranges, or as dishonest as a test makes it.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestServer {
  address: string;
  /** "GET /path from 0" of each request. */
  requests: string[];
  close(): void;
}

/** `start` is what the Range header asks for, 0 without one. */
export type Answer = (response: ServerResponse, start: number, request: IncomingMessage) => void;

/** Answers request after request with one answer after the other, and all further ones with the last. */
export async function serve(...answers: Answer[]): Promise<TestServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    requests.push(`${request.method} ${request.url} from ${start}`);
    answers[Math.min(requests.length, answers.length) - 1]!(response, start, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The whole body, or the part of it that is asked for. */
export const whole =
  (body: Uint8Array): Answer =>
  (response, start) =>
    response.writeHead(start > 0 ? 206 : 200, head(body, start)).end(body.subarray(start));

/** Breaks off after that many bytes, whatever was promised. */
export const dropAfter =
  (body: Uint8Array, count: number): Answer =>
  (response, start) => {
    response.writeHead(start > 0 ? 206 : 200, head(body, start));
    response.write(body.subarray(start, start + count), () => setTimeout(() => response.destroy(), 100));
  };

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body);

function head(body: Uint8Array, start: number): OutgoingHttpHeaders {
  const range = start > 0 ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {};
  return { 'content-type': 'application/zip', 'content-length': body.length - start, ...range };
}
