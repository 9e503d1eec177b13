import { BadRequestException, type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FieldError } from './problem.js';

/** The base of every class that describes a query string or a path, so that an error names the parameter and not a pointer. */
export abstract class Parameters {}

const DEEPEST = 16;

/** Refuses what a request's class does not describe, and names every bad field at once. Nothing is converted silently. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: true },
      exceptionFactory: (errors) => invalidRequest(errors.flatMap((error) => fieldErrorsOf(error))),
    });
  }

  override async transform(given: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const value = given === undefined && metadata.type === 'body' ? {} : given; // no body: every field is missing
    if (metadata.type === 'body' && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      throw invalidRequest([{ pointer: '#', detail: 'the body must be a JSON object' }]);
    }
    if (isDeeperThan(DEEPEST, value)) throw invalidRequest([{ pointer: '#', detail: 'the body is nested too deeply' }]);
    return super.transform(value, metadata);
  }
}

/** 400 with every bad field. */
export function invalidRequest(errors: readonly FieldError[]): BadRequestException {
  return new BadRequestException({ detail: 'The request is not valid; see errors', errors });
}

function fieldErrorsOf(error: ValidationError, parent = '#'): FieldError[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const place = error.target instanceof Parameters ? { parameter: error.property } : { pointer };
  const own = complaintsOf(error).map((detail) => ({ ...place, detail }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrorsOf(child, pointer))];
}

/** Of what is missing, every other complaint is but an echo. */
function complaintsOf({ property, value, constraints }: ValidationError): string[] {
  const all = Object.values(constraints ?? {});
  return all.length > 0 && value === undefined ? [`${property} is missing`] : all;
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member));
}
