import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { Receiver, type Received } from './receiver.ts';

/** No customer's webhook, so that a sender which follows the redirect is noticed. */
const ELSEWHERE = '/elsewhere';
const CHUNK = 'x'.repeat(16_384);

const FAILURES = {
  fails: (response: ServerResponse) => response.writeHead(500).end(),
  hangs: () => {},
  'never ends': (response: ServerResponse) => {
    response.writeHead(500);
    const more = () => !response.destroyed && response.write(CHUNK, () => setImmediate(more));
    more();
  },
  redirects: (response: ServerResponse) =>
    response.writeHead(307, { location: `http://${response.req.headers.host}${ELSEWHERE}` }).end(),
  resets: (response: ServerResponse) => response.socket?.resetAndDestroy(),
};
/** An attempt may last longer than `is slow`, but not as long as `is late`. */
const TAKES_AFTER_MS = { works: 0, 'is slow': 3_000, 'is late': 15_000 };

export type WebhookMode = keyof typeof FAILURES | keyof typeof TAKES_AFTER_MS;

/** The webhooks of customers, which verify what they get. */
export class WebhookReceiver extends Receiver<WebhookMode> {
  /** Requests without a valid signature, or at no customer's webhook, in words. */
  readonly forged: string[] = [];
  /** Whose senders still wait for the response. */
  readonly hanging = new Set<Received>();
  private readonly secrets = new Map<string, string>();
  private readonly server = createServer((request, response) => void this.receive(request, response));

  urlOf(customerId: string): string {
    return `http://127.0.0.1:${this.port}/${customerId}`;
  }

  trust(customerId: string, secret: string): void {
    this.secrets.set(customerId, secret);
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', () => resolve()));
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async receive(request: IncomingMessage, response: ServerResponse) {
    response.on('error', () => {});
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return; // its sender was killed
    if (!this.isSigned(request, body)) return void response.writeHead(400).end();
    const recipient = customerOf(request);
    const receipt = { recipient, notificationId: String(request.headers['webhook-id']), text: body };
    const mode = this.modeFor(recipient);
    if (isFailure(mode)) {
      const received = this.keep({ ...receipt, isTaken: false });
      this.hanging.add(received);
      response.once('close', () => this.hanging.delete(received));
      return void FAILURES[mode](response);
    }
    await delay(TAKES_AFTER_MS[mode], undefined, { ref: false });
    this.keep({ ...receipt, isTaken: !response.destroyed });
    response.writeHead(204).end();
  }

  private isSigned(request: IncomingMessage, body: string): boolean {
    try {
      const secret = this.secrets.get(customerOf(request)) ?? '';
      new Webhook(secret).verify(body, request.headers as Record<string, string>);
      return true;
    } catch (error) {
      this.forged.push(`${request.url} ${request.headers['webhook-id']}: ${(error as Error).message}`);
      return false;
    }
  }
}

const customerOf = ({ url = '' }: IncomingMessage) => url.slice(1);
const isFailure = (mode: WebhookMode): mode is keyof typeof FAILURES => mode in FAILURES;
