// A loopback server that answers every request with the bytes a test gives it: honest or not.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface TestServer {
  url: string;
  close(): void;
}

/** `reply` writes to the connection as it likes, and ends it. */
export async function serve(reply: (socket: Socket) => void): Promise<TestServer> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}); // a client that leaves early is what some tests are about
    socket.once('data', () => reply(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/libtensorflow.tar.gz`,
    close: () => {
      open.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

/** An HTTP answer; `length` is what the header says, whatever the body is. */
export function httpAnswer(
  body: Uint8Array,
  { status = '200 OK', length = body.length, type = 'application/gzip' } = {},
): Buffer {
  const head = `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
