import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DELIVERY_CHANNELS, type DeliveryChannel } from './channel.js';
import { WEBHOOK_OPTIONS, WebhookChannel, type WebhookOptions } from './webhook/webhook.channel.js';

export interface ChannelsOptions {
  readonly webhook: WebhookOptions;
}

/** The channels that may fail or take long, each by its class, and all as {@link DELIVERY_CHANNELS}. */
@Global()
@Module({})
export class ChannelsModule {
  static forRoot({ webhook }: ChannelsOptions): DynamicModule {
    const channels = [WebhookChannel];
    return {
      module: ChannelsModule,
      providers: [
        { provide: WEBHOOK_OPTIONS, useValue: webhook },
        ...channels,
        { provide: DELIVERY_CHANNELS, useFactory: (...all: DeliveryChannel[]) => all, inject: channels },
      ],
      exports: [DELIVERY_CHANNELS, ...channels],
    };
  }
}
