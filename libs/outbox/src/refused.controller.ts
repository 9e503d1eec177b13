import { Controller, Get, Logger, NotFoundException, Param, ParseIntPipe, Post, Body } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Database } from '@orderflow/postgres';
import { IsString, Length } from 'class-validator';

export class DiscardRefusedRequest {
  @ApiProperty({ minLength: 1, maxLength: 500 })
  @IsString()
  @Length(1, 500)
  reason!: string;
}

/** Outgoing events that Kafka refuses for good, such as one that is too large: an operator decides. */
@ApiTags('outbox')
@Controller('outbox/refused')
export class RefusedController {
  private readonly logger = new Logger('Outbox');

  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({ summary: 'Events that Kafka refuses, oldest first; each holds its key back' })
  @ApiOkResponse({ description: '{ "data": [{ position, topic, key, headers, bytes, refusal }] }' })
  async list(): Promise<{ data: object[] }> {
    const data = await this.database.query(
      `SELECT position, topic, encode(key, 'escape') AS key, headers, length(value) AS bytes, refusal
       FROM outbox WHERE refusal IS NOT NULL ORDER BY position LIMIT 200`,
    );
    return { data };
  }

  @Post(':position/discard')
  @ApiOperation({ summary: 'Give such an event up; what waits behind it is published' })
  @ApiNotFoundResponse({ description: 'There is no such event' })
  async discard(
    @Param('position', ParseIntPipe) position: number,
    @Body() { reason }: DiscardRefusedRequest,
  ): Promise<{ discarded: number }> {
    const [row] = await this.database.query<{ topic: string }>(
      'DELETE FROM outbox WHERE position = $1 AND refusal IS NOT NULL RETURNING topic',
      [position],
    );
    if (!row) throw new NotFoundException(`There is no refused event ${position}`);
    this.logger.warn(`Discarded the outbox's row ${position} for ${row.topic}: ${JSON.stringify(reason)}`);
    return { discarded: position };
  }
}
