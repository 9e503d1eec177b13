import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../../encoded.js';
import { readable } from '../../readable.js';
import type { DryRunOutcome } from './dry-run-dead-letter.js';
import type { ReplayReport } from './replay-dead-letters.js';
import type { TableChange } from './transaction-trace.js';

export class TableChangeResponse implements TableChange {
  @ApiProperty()
  table!: string;

  @ApiProperty({ type: 'integer' })
  inserted!: number;

  @ApiProperty({ type: 'integer' })
  updated!: number;

  @ApiProperty({ type: 'integer' })
  deleted!: number;
}

export class WrittenMessageResponse {
  @ApiProperty()
  topic!: string;

  @Text()
  key!: string | null;

  @Text()
  type!: string | null;

  @ApiProperty({ nullable: true, description: 'Parsed if it is JSON; otherwise text, or base64 if it is not UTF-8' })
  data!: unknown;
}

export class DryRunResponse {
  @ApiProperty({ enum: ['WORKS', 'FAILS'] })
  outcome!: 'WORKS' | 'FAILS';

  @ApiProperty({
    type: [TableChangeResponse],
    description: 'The rows that a replay would change, those of the outbox included',
  })
  writes!: readonly TableChange[];

  @ApiProperty({
    type: [WrittenMessageResponse],
    description: 'The messages that a replay would publish, in this order',
  })
  publishes!: readonly WrittenMessageResponse[];

  @Text('Null if it works')
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
  @ApiProperty({ type: 'integer', description: 'Number of OPEN dead letters that matched at the start' })
  matched!: number;

  @ApiProperty({ type: 'integer' })
  replayed!: number;

  @ApiProperty({ type: 'integer' })
  failed!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Number of those that were no longer OPEN, or not the head of their key, at their turn',
  })
  skipped!: number;

  @ApiProperty({ type: 'integer', description: 'Number of those that were not tried, because a replay failed before' })
  remaining!: number;

  @ApiProperty({ type: [Number], description: 'Number of attempts in each step' })
  steps!: readonly number[];

  @ApiProperty({ type: ReplayFailureResponse, nullable: true, description: 'The failure that stopped the replay' })
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
