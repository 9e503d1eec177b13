import { Catch, type INestApplication, type RpcExceptionFilter } from '@nestjs/common';
import type { NestMicroservice } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import { BatchServer, type BatchServerOptions } from './batch-server.js';

/** Nest turns a handler's error into `{ status, message }`; the transport decides by its class and code, so it stays. */
@Catch()
class KeepError implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** Puts the `@EventPattern` handlers of `app` behind a {@link BatchServer}; they run after `startAllMicroservices()`. */
export function consumeBatches(app: INestApplication, options: BatchServerOptions): BatchServer {
  const strategy = new BatchServer(options);
  // Deferred, because the filter has to be there before; then it would call the app's init hooks once more.
  const microservice = app.connectMicroservice({ strategy }, { deferInitialization: true }) as NestMicroservice;
  microservice.useGlobalFilters(new KeepError());
  microservice.setIsInitHookCalled(true);
  return strategy;
}
