import {
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  UnprocessableEntityException,
} from '@nestjs/common';
import {
  ApiExtraModels,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  ApiUnprocessableEntityResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { actorOf, CalledBy, type Caller, demand, Requires } from '@orderflow/auth';
import { ApiIdempotencyKey, IdempotentRequests, Keyed, type KeyedRequest } from '@orderflow/idempotency';
import { linksTo, pageOf } from '@orderflow/http';
import { Database } from '@orderflow/postgres';
import { AuditRepository } from '../audit/audit.repository.js';
import { DeadLettersRepository } from './dead-letters.repository.js';
import {
  DiscardRequest,
  filterOf,
  ListDeadLettersQuery,
  ReplayDeadLettersRequest,
  ReplayQuery,
} from './dead-letters.requests.js';
import { ListAuditQuery } from '../audit/audit.requests.js';
import { AuditPageResponse, withoutHeaders } from '../audit/audit.responses.js';
import {
  DeadLetterDetailsResponse,
  DeadLetterPageResponse,
  toDetailsResponse,
  toResponse,
  withoutPayload,
} from './dead-letters.responses.js';
import { DryRunResponse, ReplayReportResponse, toDryRunResponse, toReportResponse } from './replay/replay.responses.js';
import { DiscardDeadLetter } from './discard-dead-letter.js';
import type { Refusal } from './lock-parked.js';
import { refusalText } from './refusal-text.js';
import { DryRunDeadLetter } from './replay/dry-run-dead-letter.js';
import { ReplayDeadLetter } from './replay/replay-dead-letter.js';
import { ReplayDeadLetters } from './replay/replay-dead-letters.js';

const OF_DEAD_LETTER = ['getDeadLetter', 'replayDeadLetter', 'discardDeadLetter'];
const DeadLetterId = () => ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } });

@ApiTags('dead letters')
@Controller('dead-letters')
export class DeadLettersController {
  constructor(
    private readonly deadLetters: DeadLettersRepository,
    private readonly audit: AuditRepository,
    private readonly database: Database,
    private readonly replayDeadLetter: ReplayDeadLetter,
    private readonly replayDeadLetters: ReplayDeadLetters,
    private readonly dryRunDeadLetter: DryRunDeadLetter,
    private readonly discardDeadLetter: DiscardDeadLetter,
    private readonly requests: IdempotentRequests,
  ) {}

  @Get()
  @Requires('operations:read')
  @ApiOperation({
    operationId: 'listDeadLetters',
    summary: 'List the messages that this service has parked, newest first',
    description:
      'With a filter other than `status`, a request searches at most 1,000 messages. The page may then have fewer entries than `limit`, or none, although more follow: continue until `nextCursor` is null.',
  })
  @ApiOkResponse({ type: DeadLetterPageResponse, links: linksTo(OF_DEAD_LETTER, 'id', '/data/0/id') })
  async list(@Query() query: ListDeadLettersQuery): Promise<DeadLetterPageResponse> {
    const { rows, searchedTo } = await this.deadLetters.list(query, {
      before: query.cursor ?? null,
      limit: query.limit + 1,
    });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ position }) => position, searchedTo);
    return { data: entries.map(toResponse), nextCursor };
  }

  @Get('audit')
  @Requires('operations:read')
  @ApiOperation({
    operationId: 'listOperatorActs',
    summary: 'List what operators did with dead letters and rejected events, newest first',
  })
  @ApiOkResponse({ type: AuditPageResponse })
  async listAudit(@Query() query: ListAuditQuery, @CalledBy() { allows }: Caller): Promise<AuditPageResponse> {
    const rows = await this.audit.list(this.database, { before: query.cursor ?? null, limit: query.limit + 1 });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ id }) => id);
    return { data: allows('payloads:read') ? entries : entries.map(withoutHeaders), nextCursor };
  }

  @Get(':id')
  @Requires('operations:read')
  @DeadLetterId()
  @ApiOperation({
    operationId: 'getDeadLetter',
    summary: 'Get one parked message with its value, headers, error stack and history',
    description: 'Value, headers and stack are null without the scope `payloads:read`.',
  })
  @ApiOkResponse({ type: DeadLetterDetailsResponse })
  @ApiNotFoundResponse({ description: 'There is no such dead letter' })
  async find(@Param('id') id: string, @CalledBy() { allows }: Caller): Promise<DeadLetterDetailsResponse> {
    const found = await this.deadLetters.find(id);
    if (!found) throw new NotFoundException(`There is no dead letter ${id}`);
    const response = toDetailsResponse(found, await this.audit.of(this.database, id));
    return allows('payloads:read') ? response : withoutPayload(response);
  }

  @Post('replay')
  @Requires('operations:write')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'replayDeadLetters',
    summary: 'Replay every OPEN dead letter that matches a filter, or all of them, in steps of 1, 2, 5, 20, 50, 100 …',
    description:
      'Replays in the order of keys, and stops at the first failure, which the response names. Each replay commits on its own: those before the failure remain.',
  })
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: ReplayReportResponse })
  async replayAll(
    @Body() request: ReplayDeadLettersRequest,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<ReplayReportResponse> {
    const filter = filterOf(request);
    return this.requests.afterwards(
      keyed,
      async () => toReportResponse(await this.replayDeadLetters.execute(filter, actorOf(caller))),
      ({ failure }) => failure === null,
    );
  }

  @Post(':id/replay')
  @Requires('operations:write')
  @HttpCode(200)
  @DeadLetterId()
  @ApiOperation({
    operationId: 'replayDeadLetter',
    summary: 'Replay one dead letter with the current handler; the messages behind it follow',
    description: 'A dry run requires the scope `payloads:read` besides.',
  })
  @ApiExtraModels(DeadLetterDetailsResponse, DryRunResponse)
  @ApiOkResponse({
    description: 'The replayed dead letter; for a dry run, what a replay would do',
    schema: {
      oneOf: [{ $ref: getSchemaPath(DeadLetterDetailsResponse) }, { $ref: getSchemaPath(DryRunResponse) }],
    },
  })
  @ApiNotFoundResponse({ description: 'There is no such dead letter' })
  @ApiIdempotencyKey('It is finished, busy, or behind another one of its key; `detail` says which')
  @ApiUnprocessableEntityResponse({
    description:
      'The handler failed again; `errorCode` and `errorMessage` say why. Or this Idempotency-Key was used with a different request',
  })
  async replay(
    @Param('id') id: string,
    @Query() { dryRun }: ReplayQuery,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<DeadLetterDetailsResponse | DryRunResponse> {
    if (dryRun === 'true') return this.dryRun(id, caller);
    const outcome = await this.replayDeadLetter.execute(id, actorOf(caller), keyed);
    if (outcome.kind === 'replayed') return this.find(id, caller);
    if (outcome.kind !== 'failed') throw refused(id, outcome);
    const { failure, attempts } = outcome;
    throw new UnprocessableEntityException({
      message: `Dead letter ${id} failed again: ${failure.message}`,
      errorCode: failure.code,
      errorMessage: failure.message,
      attempts,
    });
  }

  @Post(':id/discard')
  @Requires('operations:write')
  @HttpCode(200)
  @DeadLetterId()
  @ApiOperation({
    operationId: 'discardDeadLetter',
    summary: 'Discard a parked message for good; the messages behind it follow',
  })
  @ApiOkResponse({ type: DeadLetterDetailsResponse })
  @ApiNotFoundResponse({ description: 'There is no such dead letter' })
  @ApiIdempotencyKey('It is finished or busy; `detail` says which')
  async discard(
    @Param('id') id: string,
    @Body() { reason }: DiscardRequest,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<DeadLetterDetailsResponse> {
    const outcome = await this.discardDeadLetter.execute(id, { reason, actor: actorOf(caller) }, keyed);
    if (outcome.kind !== 'discarded') throw refused(id, outcome);
    return this.find(id, caller);
  }

  private async dryRun(id: string, caller: Caller): Promise<DryRunResponse> {
    demand(caller, 'payloads:read');
    const outcome = await this.dryRunDeadLetter.execute(id, actorOf(caller));
    if (outcome.kind !== 'works' && outcome.kind !== 'fails') throw refused(id, outcome);
    return toDryRunResponse(outcome);
  }
}

function refused(id: string, refusal: Refusal): NotFoundException | ConflictException {
  if (refusal.kind === 'unknown') return new NotFoundException(`There is no dead letter ${id}`);
  const detail = `Dead letter ${id} can’t be touched: ${refusalText(refusal)}`;
  return new ConflictException({ message: detail, ...(refusal.kind === 'behind' ? { behind: refusal.headId } : {}) });
}
