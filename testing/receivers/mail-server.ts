import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { Receiver } from './receiver.ts';

export type MailMode = 'refuses' | 'defers' | 'hangs' | 'drops' | 'is slow';

const RESPONSES: Partial<Record<string, [code: number, message: string]>> = {
  refuses: [550, '5.1.1 No such mailbox'],
  defers: [451, '4.3.0 Try again later'],
};
const SLOW_MS = 3_000;

/** The mail server of all customers, by SMTP without TLS. It can be stopped and started again. */
export class MailServer extends Receiver<MailMode> {
  private server: SMTPServer | undefined;

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  start(): Promise<void> {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo: ({ address }, _, done) => done(errorOf(RESPONSES[this.modeFor(address)])),
      onData: (stream, { envelope }, done) => void this.receive(stream, envelope.rcptTo[0]?.address ?? '', done),
    });
    server.on('error', () => {}); // clients that are killed
    this.server = server;
    return new Promise((resolve) => server.listen(this.port, '127.0.0.1', () => resolve()));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.server) return resolve();
      this.server.close(() => resolve());
      this.dropConnections();
    });
  }

  private async receive(stream: SMTPServerDataStream, recipient: string, done: (error?: Error | null) => void) {
    const source = await text(stream).catch(() => undefined);
    if (source === undefined) return; // its client was killed
    const mode = this.modeFor(recipient);
    if (mode === 'is slow') await delay(SLOW_MS, undefined, { ref: false });
    const isTaken = mode !== 'hangs' && mode !== 'drops';
    const mail = decode(source);
    const notificationId = /^Message-ID: <([^@]+)@/im.exec(mail)?.[1] ?? `no Message-ID in ${mail.slice(0, 200)}`;
    this.keep({ recipient, notificationId, text: mail, isTaken });
    if (isTaken) done();
    else if (mode === 'drops') this.dropConnections();
  }

  private dropConnections() {
    for (const { _socket: socket } of this.server?.connections ?? []) socket.destroy();
  }
}

const errorOf = (response: [code: number, message: string] | undefined) =>
  response && Object.assign(new Error(response[1]), { responseCode: response[0] });

/** Decodes what is quoted-printable, and unfolds the headers and decodes their words (RFC 2045, RFC 2047). */
function decode(source: string): string {
  const end = source.indexOf('\r\n\r\n');
  const headers = source
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?Q\?(.*?)\?=/gi, (_, word: string) => word.replaceAll('_', ' '));
  const bytes = (headers + source.slice(end))
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
