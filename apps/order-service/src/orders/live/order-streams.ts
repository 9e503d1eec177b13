import { Inject, Injectable } from '@nestjs/common';
import { EventStreams } from '@orderflow/http';
import { Metrics } from '@orderflow/observability';
import { LIVE_LIMITS, type LiveLimits } from './live-limits.js';
import { type OrderChange, OrderChanges } from './order-changes.js';

@Injectable()
export class OrderStreams extends EventStreams<OrderChange> {
  constructor(changes: OrderChanges, metrics: Metrics, @Inject(LIVE_LIMITS) { maxStreams }: LiveLimits) {
    super(changes, metrics, { maxStreams, filters: ['customerId', 'status'] });
  }
}
