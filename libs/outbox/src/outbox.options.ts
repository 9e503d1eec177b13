export interface OutboxOptions {
  /** `ce_source` of every event: a URI-reference that names the service. */
  readonly source: string;
}

export const OUTBOX_OPTIONS = Symbol('OutboxOptions');
