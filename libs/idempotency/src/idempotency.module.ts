import { Global, Module } from '@nestjs/common';
import { IdempotentRequestsPurge } from './idempotent-requests.purge.js';
import { IdempotentRequests } from './idempotent-requests.js';

@Global()
@Module({ providers: [IdempotentRequests, IdempotentRequestsPurge], exports: [IdempotentRequests] })
export class IdempotencyModule {}
