import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { HttpRequest } from '@orderflow/http';

/**
 * A caller who is bound to a customer places orders of that customer, and of no other. It is set before the body is
 * validated, so such a caller need not send it.
 */
@Injectable()
export class OwnCustomerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { caller, body } = context.switchToHttp().getRequest<HttpRequest>();
    if (caller?.customerId === undefined || typeof body !== 'object' || body === null) return true;
    const order = body as { customerId?: unknown };
    order.customerId ??= caller.customerId;
    if (order.customerId === caller.customerId) return true;
    throw new ForbiddenException('The customerId is not the customer of the token');
  }
}
