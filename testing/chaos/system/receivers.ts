import { randomBytes } from 'node:crypto';
import { freePort } from '../../../tools/stack/ports.mjs';
import { MailServer } from '../../receivers/mail-server.ts';
import { WebhookReceiver } from '../../receivers/webhook-receiver.ts';

export type Receivers = Awaited<ReturnType<typeof startReceivers>>;

/** The mail server and the webhooks of customers, which run in this process. */
export async function startReceivers() {
  const mails = new MailServer(await freePort(), { keepsTexts: false });
  const webhooks = new WebhookReceiver(await freePort(), { keepsTexts: false });
  await Promise.all([mails.start(), webhooks.start()]);
  return {
    mails,
    webhooks,
    /** What the notification service needs to reach them. */
    variables: {
      SMTP_URL: mails.url,
      EMAIL_FROM: 'orders@shop.example',
      WEBHOOK_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      WEBHOOK_ALLOW_PRIVATE_NETWORKS: 'true',
      DELIVERY_FIRST_DELAY_MS: '200',
      DELIVERY_MAX_DELAY_MS: '3000',
      DELIVERY_MAX_ATTEMPTS: '1000',
    },
    stop: () => Promise.all([mails.stop(), webhooks.stop()]),
  };
}
