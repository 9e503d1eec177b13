import { ApiProperty } from '@nestjs/swagger';
import type { restoreHeaders } from '../../envelope/stored-headers.js';
import type { Act, ActOutcome, AuditRecord } from '../audit/audit.repository.js';
import type { Attempt, DeadLetterDetails, DeadLetterSummary } from './dead-letters.repository.js';
import { STATUSES } from './dead-letters.requests.js';
import { type Encoding, readable } from './readable.js';
import type { DryRunOutcome } from './dry-run-dead-letter.js';
import type { ReplayReport } from './replay-dead-letters.js';
import type { AttemptedBy, ParkedStatus } from '../../parking/parked-messages.repository.js';
import type { TableChange } from './transaction-trace.js';

const ENCODINGS: Encoding[] = ['utf8', 'base64'];
export const Encoded = () =>
  ApiProperty({ enum: ENCODINGS, nullable: true, description: 'base64 where the bytes are no UTF-8; null: no bytes' });
export const Text = (description?: string) =>
  ApiProperty({ type: String, nullable: true, ...(description && { description }) });
const Instant = () => ApiProperty({ type: String, format: 'date-time', nullable: true });

export class DeadLetterResponse {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  topic!: string;

  @ApiProperty()
  partition!: number;

  @ApiProperty({ description: 'A 64-bit integer as text' })
  offset!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'As Kafka has it' })
  timestamp!: Date;

  @Text()
  key!: string | null;

  @Encoded()
  keyEncoding!: Encoding | null;

  @Text('As the header ce_type says')
  eventType!: string | null;

  @Text('Of the last failure; null where it has not been tried')
  errorCode!: string | null;

  @Text()
  errorMessage!: string | null;

  @ApiProperty({ description: 'How often it was tried' })
  attempts!: number;

  @ApiProperty({
    enum: STATUSES,
    description:
      'RETRYING: tried again by itself. OPEN: given up. BLOCKED: waits behind one of its key. REPLAYED and DISCARDED: finished',
  })
  status!: ParkedStatus;

  @Instant()
  firstFailedAt!: Date | null;

  @Instant()
  lastFailedAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time' })
  parkedAt!: Date;
}

export class AttemptResponse implements Attempt {
  @ApiProperty({ type: String, format: 'date-time' })
  at!: Date;

  @ApiProperty({ enum: ['delivery', 'retry', 'replay'] })
  by!: AttemptedBy;

  @Text('Null: it worked')
  errorCode!: string | null;

  @Text()
  errorMessage!: string | null;
}

export class HeaderResponse {
  @ApiProperty()
  name!: string;

  @Text()
  value!: string | null;

  @Encoded()
  encoding!: Encoding | null;
}

export class AuditResponse implements AuditRecord {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: Date;

  @ApiProperty({ enum: ['REPLAY', 'DISCARD', 'DRY_RUN', 'REPLAY_ALL', 'DISCARD_REJECTED', 'RETRY_REJECTED'] })
  act!: Act;

  @Text('Null for an act on many, or on an outgoing event')
  deadLetterId!: string | null;

  @ApiProperty({ enum: ['STARTED', 'DONE', 'FAILED', 'REFUSED'] })
  outcome!: ActOutcome;

  @Text('Of a discard as it was given, else why the act failed or was refused')
  reason!: string | null;

  @ApiProperty({
    type: Object,
    nullable: true,
    description:
      'Of DISCARD_REJECTED and RETRY_REJECTED: the event without its value, bytes that are no text as { base64 }',
  })
  details!: object | null;
}

export class DeadLetterDetailsResponse extends DeadLetterResponse {
  @Text()
  value!: string | null;

  @Encoded()
  valueEncoding!: Encoding | null;

  @ApiProperty({ type: [HeaderResponse], description: 'A name that occurs several times has several entries' })
  headers!: readonly HeaderResponse[];

  @Text()
  errorStack!: string | null;

  @Text('The dead letter that it waits behind')
  behind!: string | null;

  @ApiProperty({ type: [AttemptResponse], description: 'Every attempt, oldest first' })
  history!: readonly AttemptResponse[];

  @ApiProperty({ type: [AuditResponse], description: 'What operators did with it, oldest first' })
  acts!: readonly AuditResponse[];
}

export class DeadLetterPageResponse {
  @ApiProperty({ type: [DeadLetterResponse] })
  data!: readonly DeadLetterResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one' })
  nextCursor!: string | null;
}

export class AuditPageResponse {
  @ApiProperty({ type: [AuditResponse] })
  data!: readonly AuditResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one' })
  nextCursor!: string | null;
}

export class TableChangeResponse implements TableChange {
  @ApiProperty()
  table!: string;

  @ApiProperty()
  inserted!: number;

  @ApiProperty()
  updated!: number;

  @ApiProperty()
  deleted!: number;
}

export class WrittenMessageResponse {
  @ApiProperty()
  topic!: string;

  @Text()
  key!: string | null;

  @Text()
  type!: string | null;

  @ApiProperty({ nullable: true, description: 'Parsed where it is JSON, else as text, or base64 where that is none' })
  data!: unknown;
}

export class DryRunResponse {
  @ApiProperty({ enum: ['WORKS', 'FAILS'] })
  outcome!: 'WORKS' | 'FAILS';

  @ApiProperty({ type: [TableChangeResponse], description: 'Rows that it would change; the outbox counts among them' })
  writes!: readonly TableChange[];

  @ApiProperty({ type: [WrittenMessageResponse], description: 'What it would publish, in this order' })
  publishes!: readonly WrittenMessageResponse[];

  @Text('Null where it works')
  errorCode!: string | null;

  @Text()
  errorMessage!: string | null;

  @Text()
  errorStack!: string | null;
}

export class ReplayFailureResponse {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  errorCode!: string;

  @ApiProperty()
  errorMessage!: string;
}

export class ReplayReportResponse {
  @ApiProperty({ description: 'How many were OPEN and matched when it began' })
  matched!: number;

  @ApiProperty()
  replayed!: number;

  @ApiProperty()
  failed!: number;

  @ApiProperty({ description: 'Not OPEN any more, or not the first of their key, when it was their turn' })
  skipped!: number;

  @ApiProperty({ description: 'Not tried, as it stopped before' })
  remaining!: number;

  @ApiProperty({ type: [Number], description: 'How many were tried in each step' })
  steps!: readonly number[];

  @ApiProperty({ type: ReplayFailureResponse, nullable: true, description: 'The first failure, at which it stopped' })
  failure!: ReplayFailureResponse | null;
}

export function toDryRunResponse(outcome: Extract<DryRunOutcome, { kind: 'works' | 'fails' }>): DryRunResponse {
  if (outcome.kind === 'fails') {
    const { code, message, stack } = outcome.failure;
    const error = { errorCode: code, errorMessage: message, errorStack: stack };
    return { outcome: 'FAILS', writes: [], publishes: [], ...error };
  }
  const publishes = outcome.publishes.map(({ topic, key, type, value }) => {
    return { topic, key: key && readable(key).text, type, data: value && dataOf(readable(value).text) };
  });
  const noError = { errorCode: null, errorMessage: null, errorStack: null };
  return { outcome: 'WORKS', writes: outcome.writes, publishes, ...noError };
}

export function toReportResponse({ failure, ...counts }: ReplayReport): ReplayReportResponse {
  if (!failure) return { ...counts, failure };
  const { id, failure: error } = failure;
  return { ...counts, failure: { id, errorCode: error.code, errorMessage: error.message } };
}

function dataOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function toResponse({ position, key, ...summary }: DeadLetterSummary): DeadLetterResponse {
  const bytes = key && readable(key);
  return { ...summary, key: bytes?.text ?? null, keyEncoding: bytes?.encoding ?? null };
}

export function toDetailsResponse(
  { value, headers, headId, history, errorStack, ...summary }: DeadLetterDetails,
  acts: readonly AuditRecord[],
): DeadLetterDetailsResponse {
  const bytes = value && readable(value);
  return {
    ...toResponse(summary),
    value: bytes?.text ?? null,
    valueEncoding: bytes?.encoding ?? null,
    headers: toHeaders(headers),
    errorStack,
    behind: headId,
    history,
    acts,
  };
}

export function toHeaders(headers: ReturnType<typeof restoreHeaders>): HeaderResponse[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => toHeader(name, value as Buffer | null)),
  );
}

function toHeader(name: string, value: Buffer | null): HeaderResponse {
  const bytes = value && readable(value);
  return { name, value: bytes?.text ?? null, encoding: bytes?.encoding ?? null };
}
