import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { actorOf, CalledBy, type Caller, Requires } from '@orderflow/auth';
import { linksTo, LOCATION, type ReplyHeaders } from '@orderflow/http';
import { ApiIdempotencyKey, IdempotentRequests, Keyed, type KeyedRequest } from '@orderflow/idempotency';
import { EraseCustomers } from './erase-customers.js';
import { Erasures } from './erasures.js';
import { CustomerParameters, EraseCustomerRequest } from './erasures.requests.js';
import { ErasureResponse, toResponse } from './erasures.responses.js';

@ApiTags('personal data')
@Controller()
export class ErasuresController {
  constructor(
    private readonly erasures: Erasures,
    private readonly requests: IdempotentRequests,
    private readonly eraseCustomers: EraseCustomers,
  ) {}

  @Post('customers/:customerId/erase')
  @Requires('customers:erase')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'eraseCustomer',
    summary: 'Erase the personal data of a customer',
    description:
      'Orders and stock keep their books, with a pseudonym instead of the customer’s id. While an erasure of the customer runs, this returns that one. Erase a customer in the order service first, and in each of the others when the one before is FINISHED.',
  })
  @ApiIdempotencyKey()
  @ApiAcceptedResponse({
    type: ErasureResponse,
    description: 'The erasure is stored, and runs',
    headers: LOCATION,
    links: linksTo(['getErasure'], 'erasureId'),
  })
  async erase(
    @Param() { customerId }: CustomerParameters,
    @Body() { pseudonym }: EraseCustomerRequest,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ErasureResponse> {
    const { erasure } = await this.requests.once(keyed, 'requested', async (tx) => {
      const requested = await this.erasures.request(tx, customerId, {
        pseudonym: pseudonym ?? undefined,
        requestedBy: actorOf(caller),
      });
      tx.onCommit(() => this.eraseCustomers.wake());
      return { kind: 'requested' as const, erasure: requested };
    });
    reply.header('location', `/erasures/${erasure.erasureId}`);
    return toResponse(erasure);
  }

  @Get('erasures/:erasureId')
  @Requires('customers:erase')
  @ApiParam({ name: 'erasureId', schema: { type: 'string', format: 'uuid' } })
  @ApiOperation({ operationId: 'getErasure', summary: 'Get how far an erasure is' })
  @ApiOkResponse({ type: ErasureResponse })
  @ApiNotFoundResponse({ description: 'There is no such erasure' })
  async find(@Param('erasureId') erasureId: string): Promise<ErasureResponse> {
    const erasure = await this.erasures.find(erasureId);
    if (!erasure) throw new NotFoundException(`There is no erasure ${erasureId}`);
    return toResponse(erasure);
  }
}
