import type { AddressInfo, Server } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly source: string;
}

/** A mail server of this machine, which keeps what it accepts. */
export class TestMailServer {
  readonly received: ReceivedMail[] = [];
  private readonly server: SMTPServer;

  /** @param options of `smtp-server`; its `onData` is not called until the mail is read, and decides what becomes of it */
  constructor({ onData, ...options }: SMTPServerOptions = {}) {
    this.server = new SMTPServer({
      authOptional: true,
      ...('key' in options ? {} : { disabledCommands: ['STARTTLS'] }),
      closeTimeout: 100,
      ...options,
      onData: (stream, session, callback) => {
        let source = '';
        stream.setEncoding('utf8');
        stream.on('data', (chunk: string) => (source += chunk));
        stream.on('end', () => {
          const accept: typeof callback = (error, message) => {
            if (!error) this.received.push({ to: session.envelope.rcptTo.map(({ address }) => address), source });
            callback(error, message);
          };
          if (onData) onData.call(this.server, stream, session, accept);
          else accept(null);
        });
      },
    });
    this.server.on('error', () => undefined); // clients that go away are a part of the tests
  }

  get connections(): number {
    return this.server.connections.size;
  }

  breakConnections(): void {
    for (const { _socket: socket } of this.server.connections) socket.destroy();
  }

  /** @returns its port */
  async start(): Promise<number> {
    const server: Server = await new Promise((resolve) => {
      const listening = this.server.listen(0, '127.0.0.1', () => resolve(listening));
    });
    return (server.address() as AddressInfo).port;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
