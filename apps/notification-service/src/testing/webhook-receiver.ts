import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { generate } from 'selfsigned';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Responds to a request that has arrived as a whole. */
export type Respond = (response: ServerResponse, request: ReceivedRequest) => void;

export const respondWith =
  (status: number, headers: Record<string, string> = {}): Respond =>
  (response) =>
    response.writeHead(status, headers).end();

/** A receiver of webhooks on a free port of the loopback address. */
export class WebhookReceiver {
  readonly requests: ReceivedRequest[] = [];
  /** The connections so far. */
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    /** The certificate of a receiver that uses TLS. */
    readonly certificate: string | undefined,
    public respond: Respond,
  ) {
    server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.sockets.add(socket.once('close', () => this.sockets.delete(socket)));
    });
  }

  /** @param secureName the host name of its certificate; plain HTTP unless given */
  static async start(respond: Respond = respondWith(204), secureName?: string): Promise<WebhookReceiver> {
    const onRequest = (request: IncomingMessage, response: ServerResponse) => void receiver.receive(request, response);
    const keys = secureName === undefined ? undefined : await certificateOf(secureName);
    const server = keys
      ? createSecureServer({ key: keys.private, cert: keys.cert }, onRequest)
      : createServer(onRequest);
    const receiver = new WebhookReceiver(server, keys?.cert, respond);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many connections are open. */
  get open(): number {
    return this.sockets.size;
  }

  /** Resets all open connections. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.requests.push(received);
    this.respond(response, received);
  }
}

const certificateOf = (name: string) =>
  generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
