import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Requires } from '@orderflow/auth';
import { invalidRequest, IsCursor, PageQuery } from '@orderflow/http';
import { CustomerParameters } from './erasures.requests.js';
import { EXPORT_CURSOR, ExportCustomer, UnknownCursor } from './export-customer.js';

export class ExportQuery extends PageQuery {
  @IsCursor(EXPORT_CURSOR)
  cursor?: string;
}

export class ExportEntryResponse {
  @ApiProperty({ description: 'What it is, such as `order`', example: 'order' })
  kind!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'As it is stored, without secrets' })
  data!: object;
}

export class ExportResponse {
  @ApiProperty({ type: [ExportEntryResponse] })
  data!: readonly ExportEntryResponse[];

  @ApiProperty({ type: 'string', nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

@ApiTags('personal data')
@Controller('customers')
export class ExportController {
  constructor(private readonly exportCustomer: ExportCustomer) {}

  @Get(':customerId/export')
  @Requires('customers:erase')
  @ApiOperation({
    operationId: 'exportCustomer',
    summary: 'Export everything that this service knows of a customer',
    description:
      'A page may have fewer entries than `limit`, or none, although more follow: continue until `nextCursor` is null. What changes meanwhile may be missing, or come twice.',
  })
  @ApiOkResponse({ type: ExportResponse })
  async export(@Param() { customerId }: CustomerParameters, @Query() query: ExportQuery): Promise<ExportResponse> {
    const { cursor, limit } = query;
    try {
      const page = await this.exportCustomer.execute(customerId, { ...(cursor && { cursor }), limit });
      return { data: page.entries, nextCursor: page.nextCursor };
    } catch (error) {
      if (!(error instanceof UnknownCursor)) throw error;
      throw invalidRequest([{ parameter: 'cursor', detail: 'cursor must be the nextCursor of a page' }]);
    }
  }
}
