import { STATUS_CODES } from 'node:http';
import { PROBLEM_MEDIA_TYPE } from '../problems/problem.js';
import type { Secured } from './security.js';
import { problem } from '../problems/send-problem.js';

/** The part of an operation that is described here. */
export interface Outputs {
  responses?: Record<string, Response>;
}

interface Response {
  readonly $ref?: string;
  readonly description?: string;
  readonly headers?: Headers;
  readonly content?: object;
}
type Headers = Readonly<Record<string, object>>;

interface SharedError {
  readonly name: string;
  readonly description: string;
  /** Whether only requests for changes get it. */
  readonly ofChanges?: boolean;
  /** Whether only requests get it that require a token. */
  readonly ofSecured?: boolean;
}

/** The errors that any operation may respond with, whatever it does. */
const SHARED: Readonly<Record<number, SharedError>> = {
  400: { name: 'BadRequest', description: 'The request is malformed or invalid; `errors` names every bad field' },
  401: {
    name: 'Unauthorized',
    description: 'The access token is missing or not valid; `WWW-Authenticate` says which',
    ofSecured: true,
  },
  403: {
    name: 'Forbidden',
    description: 'The token does not allow this, or a page of another origin requests a change',
    ofChanges: true,
    ofSecured: true,
  },
  406: { name: 'NotAcceptable', description: 'The header `Accept` excludes every type that is available' },
  408: { name: 'RequestTimeout', description: 'The request did not arrive in time' },
  413: { name: 'ContentTooLarge', description: 'The body is larger than 64 KiB', ofChanges: true },
  415: {
    name: 'UnsupportedMediaType',
    description: 'The body is not `application/json` in UTF-8, or has a content encoding',
    ofChanges: true,
  },
  421: { name: 'MisdirectedRequest', description: 'The service does not accept this `Host`' },
  429: { name: 'TooManyRequests', description: 'Too many requests of this caller; try again after `Retry-After`' },
  431: { name: 'RequestHeaderFieldsTooLarge', description: 'The header is too large' },
  500: {
    name: 'InternalServerError',
    description:
      'An error of the service. With `outcome: "unknown"`, the request may or may not have taken effect: check before you repeat it',
  },
  503: { name: 'ServiceUnavailable', description: 'Nothing was done; try again after `Retry-After`' },
};

/** The headers of an error with this status. */
const HEADERS: Readonly<Record<number, Headers>> = {
  401: { 'WWW-Authenticate': header('What is required, as in RFC 6750', { type: 'string' }, true) },
  415: { 'Accept-Encoding': header('The content encodings that are supported: none', { const: 'identity' }, false) },
  429: { 'Retry-After': header('Seconds after which to try again', { type: 'integer', minimum: 1 }, true) },
  503: { 'Retry-After': header('Seconds after which to try again', { type: 'integer', minimum: 1 }, false) },
};

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'A problem document (RFC 9457); further members say more about the problem',
  required: ['type', 'title', 'status'],
  properties: {
    type: { const: 'about:blank', description: 'The problem is described by its status' },
    title: { type: 'string', description: 'The name of the status' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What is wrong and what to do about it' },
    errors: { type: 'array', maxItems: 50, items: { $ref: '#/components/schemas/FieldError' } },
    outcome: { const: 'unknown', description: 'The request may or may not have taken effect' },
  },
};

const FIELD_ERROR_SCHEMA = {
  type: 'object',
  description: 'One bad field of a request',
  required: ['detail'],
  properties: {
    pointer: {
      type: 'string',
      description: 'Where in the body: a JSON pointer as a URI fragment',
      examples: ['#/items/0/quantity'],
    },
    parameter: { type: 'string', description: 'The parameter of the query or path, or the header' },
    detail: { type: 'string' },
  },
  additionalProperties: false,
};

/** What {@link addErrors} refers to. */
export const ERROR_COMPONENTS = {
  schemas: { Problem: PROBLEM_SCHEMA, FieldError: FIELD_ERROR_SCHEMA },
  responses: Object.fromEntries(
    Object.entries(SHARED).map(([status, { name, description }]) => [
      name,
      errorResponse(Number(status), { description }),
    ]),
  ),
};

/** Gives an operation the errors that are not its own, and its own ones their content type, schema and headers. */
export function addErrors(operation: Outputs & Secured, method: string): void {
  const own = Object.entries(operation.responses ?? {}).map(([status, given]) => {
    const response = { ...given, description: given.description || (STATUS_CODES[status] ?? '') };
    return [status, Number(status) >= 400 ? errorResponse(Number(status), response) : response];
  });
  const [isChange, isSecured] = [method !== 'get', operation.security !== undefined];
  const shared = Object.entries(SHARED)
    .filter(
      ([, { ofChanges = false, ofSecured = false }]) =>
        (!ofChanges && !ofSecured) || (ofChanges && isChange) || (ofSecured && isSecured),
    )
    .map(([status, { name }]) => [status, { $ref: `#/components/responses/${name}` }]);
  operation.responses = { ...Object.fromEntries(shared), ...Object.fromEntries(own) };
}

function errorResponse(status: number, { description = '', headers }: Response): Response {
  const all = { ...HEADERS[status], ...headers };
  const example = problem(status, { detail: description });
  return {
    description,
    ...(Object.keys(all).length > 0 && { headers: all }),
    content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' }, example } },
  };
}

function header(description: string, schema: object, required: boolean): object {
  return { description, required, schema };
}
