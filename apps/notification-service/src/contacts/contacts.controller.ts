import {
  Body,
  ConflictException,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  NotFoundException,
  Param,
  PreconditionFailedException,
  Put,
  Res,
} from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiTags,
} from '@nestjs/swagger';
import { CalledBy, type Caller, reaches, Requires } from '@orderflow/auth';
import {
  entityTagOf,
  IF_MATCH_SCHEMA,
  ifMatchOf,
  invalidRequest,
  linksTo,
  LOCATION,
  type ReplyHeaders,
} from '@orderflow/http';
import type { StoredContact } from './contact.js';
import { ContactParameters, PutContactRequest } from './contacts.requests.js';
import { ContactResponse, PutContactResponse } from './contacts.responses.js';
import { ContactsRepository } from './contacts.repository.js';
import { PutContact } from './put-contact.js';
import { RemoveContact } from './remove-contact.js';

const ETAG = {
  ETag: { description: 'The revision, for `If-Match`', required: true, schema: { type: 'string', example: '"1"' } },
} as const;
const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: 'The `ETag` that you have seen: the request is refused if someone else was faster (RFC 9110)',
  schema: IF_MATCH_SCHEMA,
} as const;
const LINKS = linksTo(['getContact', 'putContact', 'removeContact'], 'customerId');

@ApiTags('contacts')
@Controller('customers/:customerId/contact')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsRepository,
    private readonly putContact: PutContact,
    private readonly removeContact: RemoveContact,
  ) {}

  @Get()
  @Requires('customer', 'orders:read')
  @ApiOperation({ operationId: 'getContact', summary: 'Get how a customer wants to be notified' })
  @ApiOkResponse({ type: ContactResponse, headers: ETAG })
  @ApiNotFoundResponse({ description: 'The customer has no contact, and is notified through the log' })
  async find(
    @Param() { customerId }: ContactParameters,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ContactResponse> {
    demandReach(caller, customerId);
    const contact = await this.contacts.find(customerId);
    if (!contact) throw contactNotFound(customerId);
    return tagged(contact, reply);
  }

  @Put()
  @Requires('customer', 'orders:write')
  @ApiOperation({
    operationId: 'putContact',
    summary: 'Set how a customer wants to be notified',
    description:
      'Replaces the contact; what is left out is removed, except the secret of the webhook. Enables a disabled webhook again.',
  })
  @ApiHeader(IF_MATCH)
  @ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: '`*`: the request is refused if there is a contact already',
    schema: { type: 'string', enum: ['*'] },
  })
  @ApiCreatedResponse({
    description: 'The customer had no contact',
    type: PutContactResponse,
    headers: { ...LOCATION, ...ETAG },
    links: LINKS,
  })
  @ApiOkResponse({ type: PutContactResponse, headers: ETAG, links: LINKS })
  @ApiNotFoundResponse({ description: 'The token is of another customer' })
  @ApiConflictResponse({
    description: 'The service is not configured to send to this address; `detail` says what to do. Nothing was changed',
  })
  @ApiPreconditionFailedResponse({
    description: 'There is another contact than you have seen, or none; get it again. Nothing was changed',
  })
  async put(
    @Param() { customerId }: ContactParameters,
    @CalledBy() caller: Caller,
    @Body() request: PutContactRequest,
    @Headers('if-match') condition: string | undefined,
    @Headers('if-none-match') noneMatch: string | undefined,
    @Res({ passthrough: true }) reply: ReplyHeaders & { status(status: number): unknown },
  ): Promise<PutContactResponse> {
    demandReach(caller, customerId);
    const precondition = { ifMatch: ifMatchOf(condition), ifNew: ifNew(noneMatch) };
    const outcome = await this.putContact.execute(wantedContact(customerId, request), precondition);
    switch (outcome.kind) {
      case 'unavailable':
        throw new ConflictException(outcome.reason);
      case 'outdated':
        throw outdated(customerId, outcome.contact, reply);
      case 'created':
        reply.status(201);
        reply.header('location', `/customers/${encodeURIComponent(customerId)}/contact`);
        break;
      case 'replaced':
        reply.status(200);
    }
    return { ...tagged(outcome.contact, reply), webhookSecret: outcome.webhookSecret };
  }

  @Delete()
  @Requires('customer', 'orders:write')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'removeContact',
    summary: 'Remove the contact of a customer',
    description: 'The customer is then notified through the log. What is not sent yet fails.',
  })
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse({ description: 'It is removed' })
  @ApiNotFoundResponse({ description: 'The customer has no contact' })
  @ApiPreconditionFailedResponse({
    description: 'Someone else has changed the contact; get it again. Nothing was changed',
  })
  async remove(
    @Param() { customerId }: ContactParameters,
    @CalledBy() caller: Caller,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<void> {
    demandReach(caller, customerId);
    const outcome = await this.removeContact.execute(customerId, ifMatchOf(condition));
    if (outcome.kind === 'not-found') throw contactNotFound(customerId);
    if (outcome.kind === 'outdated') throw outdated(customerId, outcome.contact, reply);
  }
}

const contactNotFound = (customerId: string) => new NotFoundException(`Customer ${customerId} has no contact`);

/** Whom the caller does not reach has no contact, and gets none. */
function demandReach(caller: Caller, customerId: string): void {
  if (!reaches(caller, customerId)) throw contactNotFound(customerId);
}

function outdated(customerId: string, contact: StoredContact | undefined, reply: ReplyHeaders) {
  if (!contact) return new PreconditionFailedException(`Customer ${customerId} has no contact`);
  reply.header('etag', entityTagOf(contact.revision));
  return new PreconditionFailedException(
    `The contact of customer ${customerId} is not the one that you have seen; get it and try again`,
  );
}

function wantedContact(customerId: string, request: PutContactRequest) {
  const { email, webhookUrl, webhookSecret, events, language } = request;
  return {
    customerId,
    email: email ?? null,
    webhook: webhookUrl ? { url: webhookUrl, secret: webhookSecret ?? undefined } : null,
    events: events ?? null,
    language,
  };
}

function ifNew(header: string | undefined): boolean {
  if (header === undefined || header.trim() === '*') return header !== undefined;
  throw invalidRequest([{ parameter: 'If-None-Match', detail: 'If-None-Match must be *' }]);
}

function tagged({ revision, ...contact }: StoredContact, reply: ReplyHeaders): ContactResponse {
  reply.header('etag', entityTagOf(revision));
  return contact;
}
