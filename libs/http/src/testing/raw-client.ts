import { once } from 'node:events';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Sends raw bytes to a service, which no HTTP client would send. */
export class RawClient {
  /** Everything received so far. */
  received = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (text: string) => (this.received += text));
    socket.on('error', () => undefined);
  }

  static async connect(app: NestFastifyApplication): Promise<RawClient> {
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  send(text: string): void {
    if (this.socket.writable) this.socket.write(text);
  }

  /** @returns everything received, once the service has closed the connection */
  async closed(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close');
    return this.received;
  }

  /** Waits for a text, at most ten seconds. */
  async until(text: string): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!this.received.includes(text)) {
      if (Date.now() > deadline) throw new Error(`Not received: ${text}, but ${this.received.slice(-500)}`);
      await nextTurn();
    }
  }

  async firstByte(): Promise<void> {
    while (this.received === '') await once(this.socket, 'data');
  }

  /** Reads nothing more. */
  pause(): void {
    this.socket.pause();
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Status, headers and body of a response with a `Content-Length`. */
export function parseResponse(text: string): { status: number; headers: Headers; body: unknown } {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => [line.split(':', 1)[0] ?? '', line.replace(/^.*?: ?/, '')]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: JSON.parse(body) };
}
