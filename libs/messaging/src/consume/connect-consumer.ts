import { Catch, type INestApplication, type RpcExceptionFilter } from '@nestjs/common';
import type { NestMicroservice } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import { BatchServer } from './batch-server.js';

/** Keeps a handler's error, which Nest would turn into `{ status, message }`: the transport needs its class and code. */
@Catch()
class KeepError implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Connects the `@EventPattern` handlers of an app that has `MessagingModule`; they run after `startAllMicroservices()`.
 * @returns the transport, for health
 */
export function connectConsumer(app: INestApplication): BatchServer {
  const strategy = app.get(BatchServer);
  // Deferred, because the filter must be set before; without the options it would call the app's init hooks again.
  const microservice = app.connectMicroservice({ strategy }, { deferInitialization: true }) as NestMicroservice;
  microservice.useGlobalFilters(new KeepError());
  microservice.setIsInitHookCalled(true);
  return strategy;
}
