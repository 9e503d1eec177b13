import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import type { Receipt } from './receipt.ts';

export const WEBHOOK_MODES = ['fails', 'hangs', 'never ends', 'redirects', 'resets', 'is slow', 'is late'] as const;
export type WebhookMode = (typeof WEBHOOK_MODES)[number] | 'works';

const SLOW_MS = 3_000;
/** Longer than an attempt may take. */
const LATE_MS = 15_000;
const NEVER_ENDING = 'x'.repeat(16_384);

/** The webhooks of all customers, which verify what they get, and can fail. */
export class WebhookReceiver {
  mode: WebhookMode = 'works';
  /** Requests without a valid signature, in words. */
  forged: string[] = [];
  port: number;
  secret: string;
  receipts: Receipt[];
  server: Server;

  constructor(port: number, secret: string, receipts: Receipt[]) {
    this.port = port;
    this.secret = secret;
    this.receipts = receipts;
    this.server = createServer((request, response) => this.receive(request, response));
  }

  urlOf(customerId: string) {
    return `http://127.0.0.1:${this.port}/${customerId}`;
  }

  start() {
    return new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', () => resolve()));
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  receive(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    response.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.answer(request, Buffer.concat(chunks).toString(), response));
  }

  answer({ headers, url }: IncomingMessage, body: string, response: ServerResponse) {
    const notificationId = String(headers['webhook-id']);
    try {
      new Webhook(this.secret).verify(body, headers as Record<string, string>);
    } catch (error) {
      this.forged.push(`${url} ${notificationId}: ${(error as Error).message}`);
    }
    const note = (isTaken: boolean) =>
      this.receipts.push({ notificationId, channel: 'webhook', at: Date.now(), isTaken });
    const take = () => {
      if (response.destroyed) return note(false);
      note(true);
      return response.writeHead(204).end();
    };
    switch (this.mode) {
      case 'works':
        return take();
      case 'is slow':
        return setTimeout(take, SLOW_MS);
      case 'is late':
        return setTimeout(take, LATE_MS).unref();
      default:
        note(false);
        return this.fail(response);
    }
  }

  fail(response: ServerResponse) {
    switch (this.mode) {
      case 'fails':
        return response.writeHead(500).end();
      case 'redirects':
        return response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
      case 'resets':
        return response.socket?.resetAndDestroy();
      case 'never ends': {
        response.writeHead(500);
        const more = () => !response.destroyed && response.write(NEVER_ENDING, () => setImmediate(more));
        return more();
      }
      default: // hangs
        return undefined;
    }
  }
}
