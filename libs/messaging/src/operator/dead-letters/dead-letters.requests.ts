import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { invalidRequest, PageQuery, Parameters } from '@orderflow/http';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import type { DeadLetterFilter } from './dead-letters.repository.js';
import { PARKED_STATUSES, type ParkedStatus } from '../../parking/messages/parked-messages.repository.js';

export const STATUSES: ParkedStatus[] = [...PARKED_STATUSES];
const LONGEST = 500;
const PRINTABLE = /^\P{Cc}*$/u;

const IsFilter = (): PropertyDecorator => (target, name) => {
  ApiPropertyOptional({ type: String, maxLength: LONGEST })(target, name);
  IsOptional()(target, name);
  IsString()(target, name);
  Length(1, LONGEST)(target, name as string);
  Matches(PRINTABLE, { message: '$property must not contain control characters' })(target, name as string);
};

export class ListDeadLettersQuery extends PageQuery {
  @IsFilter()
  topic?: string;

  @IsFilter()
  key?: string;

  @IsFilter()
  eventType?: string;

  @IsFilter()
  errorCode?: string;

  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  status?: ParkedStatus;
}

/** The dead letters to replay: all OPEN ones that match a filter, or all OPEN ones with an explicit `all`. */
export class ReplayDeadLettersRequest extends PickType(ListDeadLettersQuery, [
  'topic',
  'key',
  'eventType',
  'errorCode',
] as const) {
  @ApiPropertyOptional({
    type: Boolean,
    enum: [true],
    description: 'Replays every OPEN dead letter; only without a filter',
  })
  @IsOptional()
  @IsIn([true])
  all?: true;
}

/**
 * The filter of a request.
 * @throws {BadRequestException} if it has neither a filter nor `all`, or both
 */
export function filterOf({ all, ...filter }: ReplayDeadLettersRequest): DeadLetterFilter {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== null);
  if (all && given.length > 0)
    throw invalidRequest([{ pointer: '#/all', detail: 'all cannot be combined with a filter' }]);
  if (!all && given.length === 0) {
    throw invalidRequest([
      { pointer: '#', detail: 'give a filter (topic, key, eventType, errorCode), or "all": true' },
    ]);
  }
  return Object.fromEntries(given);
}

export class ReplayQuery extends Parameters {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Rolls the replay back, and shows what it would do' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';
}

export class DiscardRequest {
  @ApiProperty({ minLength: 1, maxLength: LONGEST, example: 'A test message; nobody waits for it' })
  @IsString()
  @Length(1, LONGEST)
  @Matches(/\S/, { message: '$property must say something' })
  @Matches(PRINTABLE, { message: '$property must not contain control characters' })
  reason!: string;
}
