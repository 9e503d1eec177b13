import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../../encoded.js';
import { readable } from '../../readable.js';
import type { DryRunOutcome } from './dry-run-dead-letter.js';
import type { ReplayReport } from './replay-dead-letters.js';
import type { TableChange } from './transaction-trace.js';

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
