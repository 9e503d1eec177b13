import { ConsoleLogger } from '@nestjs/common';

const WIRING = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestMicroservice',
  'NestApplication',
]);

/** Nest's own, with what it says of each module and route at start as `debug`: it is of use only when the wiring is wrong. */
export class ServiceLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context: unknown = rest.at(-1);
    if (typeof context === 'string' && WIRING.has(context)) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}
