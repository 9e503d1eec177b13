import { oneOf } from '../../load/random.ts';
import type { MailMode } from '../../receivers/mail-server.ts';
import type { WebhookMode } from '../../receivers/webhook-receiver.ts';
import type { Details } from './details.ts';
import { between, type Fault } from './fault.ts';

const MAIL_MODES: (MailMode | 'is away')[] = ['defers', 'hangs', 'drops', 'is slow', 'is away'];
const WEBHOOK_MODES: WebhookMode[] = ['fails', 'hangs', 'never ends', 'redirects', 'resets', 'is slow', 'is late'];

const mailFails: Fault<Details & { mode: MailMode | 'is away' }> = {
  name: 'mail-fails',
  about: 'the mail server of all customers defers, hangs, drops connections, is slow or is away',
  draw: (random) => ({ mode: oneOf(random, MAIL_MODES), durationMs: between(random, 5_000, 20_000) }),
  strike: async ({ receivers: { mails } }, { mode }) => {
    if (mode === 'is away') {
      await mails.stop();
      return () => mails.start();
    }
    mails.set(mode);
    return async () => mails.set('works');
  },
};

const webhooksFail: Fault<Details & { mode: WebhookMode }> = {
  name: 'webhooks-fail',
  about: 'the webhooks of all customers fail, hang, never end, redirect to a private address, reset, or answer late',
  draw: (random) => ({ mode: oneOf(random, WEBHOOK_MODES), durationMs: between(random, 5_000, 20_000) }),
  strike: async ({ receivers: { webhooks } }, { mode }) => {
    webhooks.set(mode);
    return async () => webhooks.set('works');
  },
};

export const receiversFail = [mailFails, webhooksFail];
