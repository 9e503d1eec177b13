import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** A message whose signature is valid. */
export interface ReceivedWebhook {
  readonly customerId: string;
  /** The header `webhook-id`. */
  readonly id: string;
  // Tests look at the fields that they expect.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly message: any;
  /** Whether the response was 204. */
  isTaken: boolean;
  /** Whether its sender still waits for the response. */
  isOpen: boolean;
}

export type Respond = (response: ServerResponse) => void;

/** The webhooks of customers, which verify what they get, and take it unless a test says otherwise. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** What was requested without a valid signature, or at no customer's webhook. */
  readonly strange: string[] = [];
  private readonly secrets = new Map<string, string>();
  private readonly responses = new Map<string, Respond>();

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async start(port: number): Promise<WebhookReceiver> {
    const server = createServer((request, response) => void receiver.receive(request, response));
    const receiver = new WebhookReceiver(server, port);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  urlOf(customerId: string): string {
    return `http://127.0.0.1:${this.port}/${customerId}`;
  }

  trust(customerId: string, secret: string): void {
    this.secrets.set(customerId, secret);
  }

  /** Until `take` is called. */
  respond(customerId: string, respond: Respond): void {
    this.responses.set(customerId, respond);
  }

  hang(customerId: string): void {
    this.respond(customerId, () => undefined);
  }

  take(customerId: string): void {
    this.responses.delete(customerId);
  }

  of(customerId: string): ReceivedWebhook[] {
    return this.received.filter((each) => each.customerId === customerId);
  }

  takenOf(customerId: string): ReceivedWebhook[] {
    return this.of(customerId).filter(({ isTaken }) => isTaken);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const webhook = this.verify(request, Buffer.concat(chunks).toString());
    if (!webhook) return void response.writeHead(400).end();
    this.received.push(webhook);
    response.once('close', () => (webhook.isOpen = false));
    const respond = this.responses.get(webhook.customerId);
    if (respond) return respond(response);
    webhook.isTaken = true;
    response.writeHead(204).end();
  }

  private verify({ url = '', headers }: IncomingMessage, body: string): ReceivedWebhook | undefined {
    const customerId = url.slice(1);
    try {
      const message = new Webhook(this.secrets.get(customerId) ?? '').verify(body, headers as Record<string, string>);
      return { customerId, id: String(headers['webhook-id']), message, isTaken: false, isOpen: true };
    } catch (error) {
      this.strange.push(`${url}: ${(error as Error).message}`);
      return undefined;
    }
  }
}
