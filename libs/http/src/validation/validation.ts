import { BadRequestException, type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { MAX_VIOLATIONS, validatorOf } from '@orderflow/schema';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import type { FieldError } from '../problems/problem.js';

/** The base of every class that describes a query string or a path, so that an error names the parameter instead of a pointer. */
export abstract class Parameters {}

type Class = new () => object;

/**
 * Rejects requests that their class does not allow, and names up to 50 bad fields. A body is checked against the JSON Schema
 * of its class (`@orderflow/schema`); nothing is converted silently.
 */
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
    if (metadata.type === 'body') return bodyOf(given, metadata.metatype as Class);
    if (metadata.type === 'query') rejectUnknownNames(given as object, metadata.metatype as Class);
    return super.transform(given, metadata);
  }
}

function bodyOf(given: unknown, type: Class): object {
  const body = given === undefined ? {} : given; // without a body, every field is missing
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest([{ pointer: '#', detail: 'the body must be a JSON object' }]);
  }
  const validator = validatorOf(type, { unknownMembers: 'refuse' });
  const violations = validator.violationsOf(body);
  if (violations.length > 0) throw invalidRequest(violations);
  return validator.instanceOf(body);
}

/** class-transformer and class-validator accept names that every object has, such as `constructor`. */
function rejectUnknownNames(query: object, type: Class): void {
  if (!(type?.prototype instanceof Parameters)) return;
  const known = parameterNamesOf(type);
  const unknown = Object.keys(query).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw invalidRequest(unknown.map((parameter) => ({ parameter, detail: `property ${parameter} should not exist` })));
}

/** The names of the parameters that a class of {@link Parameters} describes. */
export function parameterNamesOf(type: Class): ReadonlySet<string> {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return new Set(metadata.map(({ propertyName }) => propertyName));
}

/** 400 with up to 50 bad fields. */
export function invalidRequest(errors: readonly FieldError[]): BadRequestException {
  return new BadRequestException({
    detail: 'The request is invalid; see errors',
    errors: errors.slice(0, MAX_VIOLATIONS),
  });
}

function fieldErrorsOf(error: ValidationError, parent = '#'): FieldError[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const place = error.target instanceof Parameters ? { parameter: error.property } : { pointer };
  const own = messagesOf(error).map((detail) => ({ ...place, detail }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrorsOf(child, pointer))];
}

/** If a field is missing, its other violations only follow from that. */
function messagesOf({ property, value, constraints }: ValidationError): string[] {
  const all = Object.values(constraints ?? {});
  return all.length > 0 && value === undefined ? [`${property} is missing`] : all;
}
