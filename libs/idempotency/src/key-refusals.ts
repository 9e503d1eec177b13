import { ConflictException, UnprocessableEntityException } from '@nestjs/common';

/** A different request has used this key. */
export const keyReused = () =>
  new UnprocessableEntityException('This Idempotency-Key was used with a different request; use a new key');

/** A request with this key is being processed. */
export const keyInFlight = () =>
  new ConflictException('A request with this Idempotency-Key is still being processed; try again');
