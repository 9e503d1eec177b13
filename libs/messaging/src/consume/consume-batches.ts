import { Catch, type INestApplication, type RpcExceptionFilter } from '@nestjs/common';
import type { NestMicroservice } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import { BatchServer, type BatchServerOptions } from './batch-server.js';
import { ConsumerMetrics } from './consumer.metrics.js';
import { EventMetrics } from '../kafka/event.metrics.js';

/** Nest turns a handler's error into `{ status, message }`; the transport decides by its class and code, so it stays. */
@Catch()
class KeepError implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Puts the `@EventPattern` handlers of `app` behind a {@link BatchServer}; they run after `startAllMicroservices()`.
 * The app has `KafkaModule`.
 */
export function consumeBatches(
  app: INestApplication,
  options: Omit<BatchServerOptions, 'metrics' | 'events'>,
): BatchServer {
  const strategy = new BatchServer({ ...options, metrics: app.get(ConsumerMetrics), events: app.get(EventMetrics) });
  // Deferred, because the filter has to be there before; then it would call the app's init hooks once more.
  const microservice = app.connectMicroservice({ strategy }, { deferInitialization: true }) as NestMicroservice;
  microservice.useGlobalFilters(new KeepError());
  microservice.setIsInitHookCalled(true);
  return strategy;
}
