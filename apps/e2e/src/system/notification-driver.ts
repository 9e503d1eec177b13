import { expect } from '@jest/globals';
import type { WebhookReceiver } from '../../../../testing/receivers/webhook-receiver.ts';
import type { Client, HttpResponse } from './client.js';
import { eventually } from './eventually.js';

export const CHANNELS = ['email', 'webhook'];

export const addressOf = (customerId: string): string => `${customerId}@customers.example`;

/** Decides how customers are notified, and reads their notifications from the service. */
export class NotificationDriver {
  constructor(
    private readonly client: Client,
    private readonly webhooks: WebhookReceiver,
  ) {}

  /** Gives a customer a contact: through both channels in English, unless other ones are wanted. */
  async contact(customerId: string, { channels = CHANNELS, language = 'en' } = {}): Promise<void> {
    const contact = {
      ...(channels.includes('email') && { email: addressOf(customerId) }),
      ...(channels.includes('webhook') && { webhookUrl: this.webhooks.urlOf(customerId) }),
      language,
    };
    const path = `/customers/${customerId}/contact`;
    const { status, body } = await this.client.put('notification-service', path, contact);
    expect(status).toBe(201);
    if (contact.webhookUrl) this.webhooks.trust(customerId, body.webhookSecret);
  }

  /** Newest first. */
  async list(customerId: string, filter = ''): Promise<HttpResponse['body'][]> {
    return (await this.client.get('notification-service', `/notifications?customerId=${customerId}${filter}`)).body;
  }

  async find(notificationId: string): Promise<HttpResponse['body']> {
    return (await this.client.get('notification-service', `/notifications/${notificationId}`)).body;
  }

  resend(notificationId: string): Promise<HttpResponse> {
    return this.client.post('notification-service', `/notifications/${notificationId}/resend`, {});
  }

  /** Waits until a condition holds for `count` notifications of a customer. @returns those, newest first */
  async whenSome(
    customerId: string,
    count: number,
    condition: (notification: HttpResponse['body']) => boolean,
  ): Promise<HttpResponse['body'][]> {
    let found: HttpResponse['body'][] = [];
    await eventually(`${count} notifications of ${customerId} are as expected`, async () => {
      found = (await this.list(customerId)).filter(condition);
      return found.length === count;
    });
    return found;
  }

  whenSent(customerId: string, count: number): Promise<HttpResponse['body'][]> {
    return this.whenSome(customerId, count, ({ status }) => status === 'SENT');
  }
}
