import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { oneOf } from '../../load/random.ts';
import { describe, toNoAnswer } from '../../load/patience.ts';
import { Failure } from '../../../tools/stack/failure.mjs';
import type { As } from '../access/access.ts';
import type { Client } from '../../load/client.ts';
import type { Receivers } from '../system/receivers.ts';
import { CUSTOMER_IDS } from './plan-order.ts';

export type Contacted = ('email' | 'webhook')[];

const RETRY_MS = 300;

/** Three customers in ten have a contact: one by e-mail, one by webhook, one by both. */
function channelsOf(customerId: string): Contacted {
  const number = Number(customerId.replace(/\D+/g, '')) % 10;
  return [
    ...(number === 1 || number === 3 ? ['email' as const] : []),
    ...(number > 1 && number < 4 ? ['webhook' as const] : []),
  ];
}

/** By customer id. */
export const contactedCustomers = (): Map<string, Contacted> =>
  new Map(CUSTOMER_IDS.map((id) => [id, channelsOf(id)] as const).filter(([, channels]) => channels.length > 0));

/** Gives customers their contacts, as each would do it. */
export async function putContacts(as: As, urls: string[], { webhooks }: Receivers, random: () => number) {
  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  for (const [customerId, channels] of contactedCustomers()) {
    webhooks.trust(customerId, webhookSecret);
    const contact = {
      ...(channels.includes('email') && { email: `${customerId.toLowerCase()}@customer.example` }),
      ...(channels.includes('webhook') && { webhookUrl: webhooks.urlOf(customerId), webhookSecret }),
    };
    await insist(as('customer', customerId), () => `${oneOf(random, urls)}/customers/${customerId}/contact`, contact);
  }
}

async function insist(client: Client, url: () => string, contact: object) {
  for (;;) {
    const answer = await client.put(url(), contact).catch(toNoAnswer);
    if ('status' in answer && answer.status < 300) return;
    if ('status' in answer && answer.status < 500)
      throw new Failure(`PUT ${url()} is answered with ${describe(answer)} ${JSON.stringify(answer.body)}`);
    await delay(RETRY_MS);
  }
}
