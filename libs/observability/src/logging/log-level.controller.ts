import { Body, Controller, Get, type LogLevel, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Requires } from '@orderflow/auth';
import { IsIn } from 'class-validator';
import { LOG_LEVELS, ServiceLogger } from './service.logger.js';

export class LogLevelSetting {
  @ApiProperty({ enum: LOG_LEVELS, description: 'The least severe level that is logged' })
  @IsIn(LOG_LEVELS)
  level!: LogLevel;
}

@ApiTags('log')
@Controller('log-level')
export class LogLevelController {
  constructor(private readonly serviceLogger: ServiceLogger) {}

  @Get()
  @Requires('operations:read')
  @ApiOperation({ operationId: 'getLogLevel', summary: 'Get the log level of this process' })
  @ApiOkResponse({ type: LogLevelSetting })
  find(): LogLevelSetting {
    return { level: this.serviceLogger.level };
  }

  @Put()
  @Requires('operations:write')
  @ApiOperation({ operationId: 'setLogLevel', summary: 'Set the log level of this process, until it exits' })
  @ApiOkResponse({ type: LogLevelSetting })
  change(@Body() { level }: LogLevelSetting): LogLevelSetting {
    this.serviceLogger.level = level;
    return { level };
  }
}
