import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DELIVERY_CHANNELS, type DeliveryChannel } from './channel.js';
import { EmailChannel } from './email/email.channel.js';
import type { EmailOptions } from './email/email.options.js';
import { WEBHOOK_OPTIONS, WebhookChannel, type WebhookOptions } from './webhook/webhook.channel.js';

export interface ChannelsOptions {
  /** Undefined if mail is not configured: the channel is there, and says so. */
  readonly email: EmailOptions | undefined;
  readonly webhook: WebhookOptions;
}

/** The channels that may fail or take long, each by its class, and all as {@link DELIVERY_CHANNELS}. */
@Global()
@Module({})
export class ChannelsModule {
  static forRoot({ email, webhook }: ChannelsOptions): DynamicModule {
    const channels = [EmailChannel, WebhookChannel];
    return {
      module: ChannelsModule,
      providers: [
        { provide: WEBHOOK_OPTIONS, useValue: webhook },
        { provide: EmailChannel, useFactory: () => new EmailChannel(email) },
        WebhookChannel,
        { provide: DELIVERY_CHANNELS, useFactory: (...all: DeliveryChannel[]) => all, inject: channels },
      ],
      exports: [DELIVERY_CHANNELS, ...channels],
    };
  }
}
