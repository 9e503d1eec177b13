import { SMTPServer } from 'smtp-server';
import type { Receipt } from './receipt.ts';

export const MAIL_MODES = ['defers', 'hangs', 'drops', 'is slow', 'is away'] as const;
export type MailMode = (typeof MAIL_MODES)[number] | 'works';

const SLOW_MS = 3_000;

/** A mail server that can fail. */
export class MailReceiver {
  mode: MailMode = 'works';
  port: number;
  receipts: Receipt[];
  server: SMTPServer;

  constructor(port: number, receipts: Receipt[]) {
    this.port = port;
    this.receipts = receipts;
    this.server = this.create();
  }

  start() {
    return new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  stop() {
    for (const connection of this.server.connections) (connection as unknown as Destroyable)._socket?.destroy();
    return new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  async set(mode: MailMode) {
    if (mode === 'is away') await this.stop();
    if (this.mode === 'is away') {
      this.server = this.create();
      await this.start();
    }
    this.mode = mode;
  }

  create() {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      onRcptTo: (_, __, done) => done(this.mode === 'defers' ? failure(451, 'Try again later') : null),
      onData: (stream, _, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => this.answer(Buffer.concat(chunks).toString(), done));
      },
    });
    server.on('error', () => {});
    return server;
  }

  answer(mail: string, done: (error?: Error | null) => void) {
    const { mode } = this;
    if (mode === 'hangs') return this.receive(mail, false);
    if (mode === 'drops') {
      this.receive(mail, false);
      for (const connection of this.server.connections) (connection as unknown as Destroyable)._socket?.destroy();
      return undefined;
    }
    const take = () => {
      this.receive(mail, true);
      done(null);
    };
    if (mode === 'is slow') setTimeout(take, SLOW_MS);
    else take();
  }

  receive(mail: string, isTaken: boolean) {
    const notificationId = /^Message-ID: <([^@]+)@/im.exec(mail)?.[1] ?? `no Message-ID in ${mail.slice(0, 200)}`;
    this.receipts.push({ notificationId, channel: 'email', at: Date.now(), isTaken });
  }
}

/** What `smtp-server` does not declare. */
interface Destroyable {
  _socket?: { destroy(): void };
}

const failure = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });
