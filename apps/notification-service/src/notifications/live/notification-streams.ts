import { Inject, Injectable } from '@nestjs/common';
import { EventStreams } from '@orderflow/http';
import { Metrics } from '@orderflow/observability';
import { type NotificationChange, NotificationChanges } from './notification-changes.js';

export const MAX_STREAMS = Symbol('MaxStreams');

@Injectable()
export class NotificationStreams extends EventStreams<NotificationChange> {
  constructor(changes: NotificationChanges, metrics: Metrics, @Inject(MAX_STREAMS) maxStreams: number) {
    super(changes, metrics, { maxStreams, filters: ['customerId', 'type', 'status'] });
  }
}
