import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

export interface ReceivedMail {
  readonly to: string;
  readonly messageId: string;
  readonly subject: string;
  /** The whole message, with its bytes decoded. */
  readonly source: string;
  /** Whether the server has taken it. */
  isTaken: boolean;
}

/** A mail server that takes mail unless a test says otherwise, and can be stopped and started again. */
export class MailServer {
  readonly received: ReceivedMail[] = [];
  private readonly unknown = new Set<string>();
  private readonly held = new Set<string>();
  private server: SMTPServer | undefined;

  constructor(private readonly port: number) {}

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  start(): Promise<void> {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      closeTimeout: 100,
      onRcptTo: ({ address }, _, done) => done(this.unknown.has(address) ? noSuchMailbox() : null),
      onData: (stream, session, done) => void this.receive(stream, session, done),
    });
    server.on('error', () => undefined); // clients that are killed
    this.server = server;
    return new Promise((resolve) => server.listen(this.port, '127.0.0.1', () => resolve()));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  /** Has no such mailbox until `take` is called. */
  refuse(address: string): void {
    this.unknown.add(address);
  }

  /** Does not respond to a message until `take` is called. */
  hang(address: string): void {
    this.held.add(address);
  }

  take(address: string): void {
    this.unknown.delete(address);
    this.held.delete(address);
  }

  of(address: string): ReceivedMail[] {
    return this.received.filter(({ to }) => to === address);
  }

  private async receive(
    stream: SMTPServerDataStream,
    { envelope }: SMTPServerSession,
    done: (error?: Error | null) => void,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const mail = { to: envelope.rcptTo[0]?.address ?? '', ...read(Buffer.concat(chunks).toString()), isTaken: false };
    this.received.push(mail);
    if (this.held.has(mail.to)) return;
    mail.isTaken = true;
    done(null);
  }
}

const noSuchMailbox = () => Object.assign(new Error('5.1.1 No such mailbox'), { responseCode: 550 });

/** Reads what has the encoding quoted-printable, and the encoded words of headers (RFC 2045, RFC 2047). */
function read(source: string): Pick<ReceivedMail, 'messageId' | 'subject' | 'source'> {
  const head = source.slice(0, source.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  const words = header('Subject').replace(/\?= =\?/g, '?==?');
  const subject = words.replace(/=\?UTF-8\?Q\?(.*?)\?=/gi, (_, text: string) => text.replaceAll('_', ' '));
  return { messageId: header('Message-ID'), subject: decoded(subject), source: decoded(source) };
}

function decoded(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
