import { isIP } from 'node:net';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { type DeliveryChannel, type OutgoingMessage, SendFailure } from '../channel.js';
import { checkedLookup, NoAllowedAddress, type Resolve, resolveByDns } from './checked-lookup.js';
import { HttpPost, type ResponseHead, TimedOut } from './http-post.js';
import { isPublicAddress } from './public-address.js';
import { failureOf } from './response-failure.js';

export interface WebhookOptions {
  /** Whether there is a key to encrypt secrets with. */
  readonly isConfigured: boolean;
  /** Whether webhooks may have addresses that are not public, and use http. */
  readonly allowPrivateNetworks: boolean;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** Certificates of authorities (PEM) instead of those of Node. */
  readonly ca?: string;
  /** DNS unless given. */
  readonly resolve?: Resolve;
}

export const WEBHOOK_OPTIONS = Symbol('WebhookOptions');

/** Names that mean this machine (RFC 6761, section 6.3). */
const LOOPBACK_NAME = /^(.+\.)?localhost$/i;
const CONNECT_TIMEOUT_MS = 5_000;
const REMEDY = 'a private network needs WEBHOOK_ALLOW_PRIVATE_NETWORKS=true';

/**
 * Sends notifications as Standard Webhooks: a POST with the notification's `content`, signed with each valid secret. 2xx is
 * a success, whatever the body is. It connects only to public addresses, unless private networks are allowed: a name is
 * resolved once per connection, and the connection goes to the addresses that were checked (ADR 0030).
 */
@Injectable()
export class WebhookChannel implements DeliveryChannel, OnApplicationShutdown {
  readonly channel = 'webhook';
  readonly unavailableReason: string | undefined;
  private readonly post: HttpPost;

  constructor(@Inject(WEBHOOK_OPTIONS) private readonly options: WebhookOptions) {
    const { isConfigured, timeoutMs, ca, resolve = resolveByDns() } = options;
    this.unavailableReason = isConfigured
      ? undefined
      : 'Webhooks are not configured: set WEBHOOK_ENCRYPTION_KEY to 32 random bytes in base64 (openssl rand -base64 32)';
    this.post = new HttpPost({
      connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      timeoutMs,
      lookup: checkedLookup(resolve, (address) => this.isAllowed(address)),
      ...(ca !== undefined && { ca }),
    });
  }

  onApplicationShutdown(): void {
    this.post.close();
  }

  /** Why nothing may be sent to this URL; undefined if it may. The addresses of a name are checked when it is sent to. */
  refusalOf(url: URL): string | undefined {
    const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    const address = LOOPBACK_NAME.test(host) ? '127.0.0.1' : host;
    if (isIP(address) && !this.isAllowed(address)) return `${url.hostname} is not a public address; ${REMEDY}`;
    if (url.protocol === 'https:' || this.options.allowPrivateNetworks) return undefined;
    return `A webhook must use https; ${REMEDY}`;
  }

  /** The error of a failed attempt names the host and the status or the code of the error, nothing that the receiver has written. */
  async send(message: OutgoingMessage, signal: AbortSignal): Promise<void> {
    const { notification, content, contact } = message;
    if (!contact?.webhook) throw new SendFailure('The customer has no webhook, or it is disabled', 'final');
    if (content === null) throw new Error(`Notification ${notification.notificationId} has no content for a webhook`);
    const { secrets } = contact.webhook;
    if (secrets.length === 0)
      throw new SendFailure('No key in WEBHOOK_ENCRYPTION_KEY decrypts the secret of the webhook', 'unavailable');
    const url = new URL(contact.webhook.url);
    const refusal = this.refusalOf(url);
    if (refusal !== undefined) throw new SendFailure(refusal, 'unavailable');
    const headers = signedHeaders(message, content, secrets);
    const failure = failureOf(await this.respond(url, headers, content, signal), url.host, Date.now());
    if (failure) throw failure;
  }

  private async respond(
    url: URL,
    headers: Record<string, string | number>,
    body: string,
    signal: AbortSignal,
  ): Promise<ResponseHead> {
    try {
      return await this.post.send({ url, headers, body }, signal);
    } catch (error) {
      throw new SendFailure(
        `${url.host}: ${signal.aborted ? 'the attempt was stopped' : reasonOf(error)}`,
        'unavailable',
      );
    }
  }

  private isAllowed(address: string): boolean {
    return this.options.allowPrivateNetworks || isPublicAddress(address);
  }
}

function signedHeaders(
  { notification: { notificationId: id }, attemptedAt: now }: OutgoingMessage,
  body: string,
  secrets: readonly string[],
): Record<string, string | number> {
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Orderflow',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}

/** Only what this process knows: the texts of errors may repeat what a server has written, such as its certificate. */
function reasonOf(error: unknown): string {
  if (error instanceof TimedOut) return error.message;
  if (error instanceof NoAllowedAddress) return `its name has no public address; ${REMEDY}`;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? 'the request failed' : `the request failed (${code})`;
}
