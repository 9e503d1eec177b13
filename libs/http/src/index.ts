export { createHttpApp, type HttpAppOptions } from './create-http-app.js';
export { IsInstant, IsInstantText } from './instant.js';
export { keyAfter, nextLink, type Page, pageOf, PageQuery } from './paging.js';
export { type Period, periodOf } from './period.js';
export type { FieldError, Problem } from './problem.js';
export type { ReplyHeaders } from './reply-headers.js';
export type { FaultKinds } from './problem.filter.js';
export { invalidRequest, Parameters } from './validation.js';
