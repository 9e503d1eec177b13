import { randomBytes } from 'node:crypto';
import { freePort } from '../../../tools/stack/ports.mjs';
import { MailReceiver } from './mail-receiver.ts';
import type { Receipt } from './receipt.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

/** The mail server and the webhooks of customers, which run in this process. */
export class Receivers {
  receipts: Receipt[];
  mail: MailReceiver;
  webhooks: WebhookReceiver;
  /** What the notification service needs to reach them. */
  variables: Record<string, string>;

  constructor(receipts: Receipt[], mail: MailReceiver, webhooks: WebhookReceiver) {
    this.receipts = receipts;
    this.mail = mail;
    this.webhooks = webhooks;
    this.variables = {
      SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      EMAIL_FROM: 'orders@shop.example',
      WEBHOOK_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      WEBHOOK_ALLOW_PRIVATE_NETWORKS: 'true',
      DELIVERY_FIRST_DELAY_MS: '200',
      DELIVERY_MAX_DELAY_MS: '3000',
      DELIVERY_MAX_ATTEMPTS: '1000',
    };
  }

  static async start() {
    const receipts: Receipt[] = [];
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const mail = new MailReceiver(await freePort(), receipts);
    const webhooks = new WebhookReceiver(await freePort(), secret, receipts);
    await Promise.all([mail.start(), webhooks.start()]);
    return new Receivers(receipts, mail, webhooks);
  }

  async stop() {
    await Promise.all([this.mail.stop(), this.webhooks.stop()]);
  }
}
