import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { SendFailure, type DeliveryChannel, type OutgoingMessage } from '../channel.js';
import { isEmailAddress } from './email-address.js';
import { sendFailureOf } from './email.failure.js';
import type { EmailOptions, MailServer } from './email.options.js';

const NOT_CONFIGURED = 'E-mail is not configured: set SMTP_URL and EMAIL_FROM';
const POOL = { maxConnections: 8, maxMessages: 100, maxRequeues: 2 };
const TIMEOUTS = { dnsTimeout: 10_000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/**
 * Sends e-mail by SMTP, over a few connections that stay open. All attempts to send a notification have the same
 * `Message-ID`: a server accepts a message again if the connection breaks before it has said so, and mail programs then
 * show it once or twice.
 */
@Injectable()
export class EmailChannel implements DeliveryChannel, OnApplicationShutdown {
  readonly channel = 'email';
  readonly unavailableReason: string | undefined;
  private readonly transport: ReturnType<typeof connect> | undefined;

  constructor(private readonly options: EmailOptions | undefined) {
    this.transport = options && connect(options.server);
    this.unavailableReason = options ? undefined : NOT_CONFIGURED;
  }

  async send(message: OutgoingMessage, signal: AbortSignal): Promise<void> {
    if (!this.options || !this.transport) throw new SendFailure(NOT_CONFIGURED, 'unavailable');
    const mail = mailOf(message, this.options.from);
    try {
      await this.transport.sendMail({ ...mail, signal });
    } catch (error) {
      throw sendFailureOf(error as Error);
    }
  }

  /** Closes idle connections at once, and the others when their message is sent. */
  onApplicationShutdown(): void {
    this.transport?.close();
  }
}

function connect({ host, port, secure, auth, startTls }: MailServer) {
  return createTransport({
    pool: true,
    ...POOL,
    ...TIMEOUTS,
    host,
    port,
    secure,
    ...(auth && { auth }),
    requireTLS: startTls === 'required',
    ignoreTLS: startTls === 'ignored',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** @throws {SendFailure} if the contact has no address to send to */
function mailOf({ notification, content, contact, attemptedAt }: OutgoingMessage, from: EmailOptions['from']) {
  const { notificationId, subject, body } = notification;
  const to = contact?.email;
  if (!to) throw new SendFailure('The customer has no e-mail address any more', 'final');
  if (!isEmailAddress(to)) throw new SendFailure('The contact’s e-mail address is not valid', 'final');
  return {
    messageId: `<${notificationId}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
    date: attemptedAt,
    from: { ...from },
    to: { name: '', address: to },
    envelope: { from: from.address, to: [to] },
    subject,
    text: body,
    ...(content !== null && { html: content }),
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}
