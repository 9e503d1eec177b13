export { createHttpApp, type HttpAppOptions } from './app/create-http-app.js';
export type { ReplyHeaders } from './app/reply-headers.js';
export { keyAfter, nextLink, type Page, pageOf, PageQuery } from './paging/paging.js';
export type { FaultKinds } from './problems/problem.filter.js';
export type { FieldError, Problem } from './problems/problem.js';
export { entityTagOf, type IfMatch, parseIfMatch, satisfies } from './protocol/entity-tag.js';
export { IsInstant, IsInstantText } from './validation/instant.js';
export { type Period, periodOf } from './validation/period.js';
export { invalidRequest, parameterNamesOf, Parameters } from './validation/validation.js';
