import { oneOf } from '../../load/random.ts';
import { MAIL_MODES, type MailMode } from '../receivers/mail-receiver.ts';
import { WEBHOOK_MODES, type WebhookMode } from '../receivers/webhook-receiver.ts';
import type { Details } from './details.ts';
import { between, type Fault } from './fault.ts';

const mailFails: Fault<Details & { mode: MailMode }> = {
  name: 'mail-fails',
  about: 'the mail server of all customers defers, hangs, drops connections, is slow or is away',
  draw: (random) => ({ mode: oneOf(random, [...MAIL_MODES]), durationMs: between(random, 5_000, 20_000) }),
  strike: async ({ receivers }, { mode }) => {
    await receivers.mail.set(mode);
    return () => receivers.mail.set('works');
  },
};

const webhooksFail: Fault<Details & { mode: WebhookMode }> = {
  name: 'webhooks-fail',
  about: 'the webhooks of all customers fail, hang, never end, redirect to a private address, reset, or answer late',
  draw: (random) => ({ mode: oneOf(random, [...WEBHOOK_MODES]), durationMs: between(random, 5_000, 20_000) }),
  strike: async ({ receivers }, { mode }) => {
    receivers.webhooks.mode = mode;
    return async () => void (receivers.webhooks.mode = 'works');
  },
};

export const receiversFail = [mailFails, webhooksFail];
