import { ApiProperty, PickType } from '@nestjs/swagger';
import { IsCursor, PageQuery, Parameters } from '@orderflow/http';
import { type JsonSchema, type Rule, SatisfiesAsWhole } from '@orderflow/schema';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import type { DeadLetterFilter } from './dead-letters.repository.js';
import { PARKED_STATUSES, type ParkedStatus } from '../../parking/messages/parked-messages.repository.js';
import { POSITION } from '../position.js';

export const STATUSES: ParkedStatus[] = [...PARKED_STATUSES];
const LONGEST = 500;
const PRINTABLE = /^\P{Cc}*$/u;

const IsFilter = (): PropertyDecorator => (target, name) => {
  IsOptional()(target, name);
  IsString()(target, name);
  Length(1, LONGEST)(target, name as string);
  Matches(PRINTABLE, { message: '$property must not contain control characters' })(target, name as string);
};

export class ListDeadLettersQuery extends PageQuery {
  @IsCursor(POSITION)
  cursor?: string;

  @IsFilter()
  topic?: string;

  @IsFilter()
  key?: string;

  @IsFilter()
  eventType?: string;

  @IsFilter()
  errorCode?: string;

  @IsOptional()
  @IsIn(STATUSES)
  status?: ParkedStatus;
}

const FILTERS = ['topic', 'key', 'eventType', 'errorCode'] as const;
const NONE: JsonSchema = { type: 'null' };
const each = (schema: JsonSchema) => Object.fromEntries(FILTERS.map((name) => [name, schema]));

const FILTER_OR_ALL: Rule<DeadLetterFilter & { all?: true }, undefined> = {
  name: 'hasFilterOrAll',
  type: 'object',
  schema: {
    anyOf: [
      { required: ['all'], properties: { all: { const: true }, ...each(NONE) } },
      ...FILTERS.map((name) => ({ required: [name], properties: { [name]: { type: 'string' }, all: NONE } })),
    ],
  },
  check: ({ all, ...filter }) => Boolean(all) !== FILTERS.some((name) => filter[name] != null),
  message: 'give either a filter (topic, key, eventType, errorCode), or "all": true',
};

/** The dead letters to replay: all OPEN ones that match a filter, or all OPEN ones with an explicit `all`. */
@SatisfiesAsWhole(FILTER_OR_ALL)
export class ReplayDeadLettersRequest extends PickType(ListDeadLettersQuery, FILTERS) {
  @ApiProperty({ description: 'Replays every OPEN dead letter; only without a filter' })
  @IsOptional()
  @IsIn([true])
  all?: true;
}

/** The filter of a request; empty for all. */
export function filterOf({ all, ...filter }: ReplayDeadLettersRequest): DeadLetterFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== null));
}

export class ReplayQuery extends Parameters {
  @ApiProperty({ description: 'Rolls the replay back, and shows what it would do' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';
}

export class DiscardRequest {
  @ApiProperty({ example: 'A test message; nobody waits for it' })
  @IsString()
  @Length(1, LONGEST)
  @Matches(/\S/, { message: '$property must say something' })
  @Matches(PRINTABLE, { message: '$property must not contain control characters' })
  reason!: string;
}
