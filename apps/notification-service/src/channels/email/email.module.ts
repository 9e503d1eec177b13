import { type DynamicModule, Module } from '@nestjs/common';
import { EmailChannel } from './email.channel.js';
import type { EmailOptions } from './email.options.js';

@Module({})
export class EmailModule {
  /** @param options undefined if mail is not configured: the channel is there, and says so */
  static forRoot(options: EmailOptions | undefined): DynamicModule {
    return {
      module: EmailModule,
      providers: [{ provide: EmailChannel, useFactory: () => new EmailChannel(options) }],
      exports: [EmailChannel],
    };
  }
}
