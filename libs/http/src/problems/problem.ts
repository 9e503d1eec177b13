/** RFC 9457 problem details. Extension members are beside the standard ones. */
export interface Problem {
  /** `about:blank`: the problem is described by its status. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What is wrong and what to do about it. */
  readonly detail?: string;
  /** Every bad field of the request. */
  readonly errors?: readonly FieldError[];
  readonly [extension: string]: unknown;
}

/** One bad field: `pointer` (RFC 6901, as a URI fragment) for the body, `parameter` for query and path. */
export interface FieldError {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
