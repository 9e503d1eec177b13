import type { SMTPServerOptions } from 'smtp-server';
import { EmailChannel } from '../channels/email/email.channel.js';
import type { MailServer } from '../channels/email/email.options.js';
import type { OutgoingMessage } from '../channels/channel.js';
import type { Notification } from '../notifications/notification.js';
import { TestMailServer } from './test-mail-server.js';

const FROM = { name: 'The Shop', address: 'orders@shop.example' };

/** A message to an address, with a notification of ORDER_CREATED. */
export function emailTo(email: string | null, changes: Partial<Notification> = {}): OutgoingMessage {
  const notification: Notification = {
    notificationId: '01890a5d-ac96-774b-bcce-b302099a8057',
    customerId: 'CUST-1',
    orderId: 'o-1',
    type: 'ORDER_CREATED',
    subject: 'Vielen Dank für Ihre Bestellung o-1',
    body: 'Thank you.',
    channel: 'email',
    status: 'PENDING',
    attempts: 1,
    createdAt: new Date('2026-11-29T03:00:00Z'),
    sentAt: null,
    lastError: null,
    ...changes,
  };
  const contact = { customerId: 'CUST-1', email, webhook: null, events: null, language: 'en' } as const;
  return { notification, content: '<p>Thank you.</p>', contact, attemptedAt: new Date('2026-11-29T03:00:00Z') };
}

/** Mail servers and the channels that send to them, until all are stopped. */
export class TestEmails {
  private readonly running: { stop(): unknown }[] = [];

  async serve(options?: SMTPServerOptions, settings: Partial<MailServer> = {}) {
    const server = new TestMailServer(options);
    const port = await server.start();
    this.running.unshift(server);
    return { server, channel: this.channelTo(port, settings) };
  }

  channelTo(port: number, settings: Partial<MailServer> = {}): EmailChannel {
    const server: MailServer = { host: 'localhost', port, secure: false, startTls: 'ignored', ...settings };
    const channel = new EmailChannel({ server, from: FROM });
    this.running.unshift({ stop: () => channel.onApplicationShutdown() });
    return channel;
  }

  async stop(): Promise<void> {
    for (const each of this.running.splice(0)) await each.stop();
  }
}
