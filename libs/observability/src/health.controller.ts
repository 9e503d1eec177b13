import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { type HealthReport, HealthRegistry } from './health.registry.js';

const REPORT_SCHEMA = {
  type: 'object',
  required: ['status', 'checks'],
  properties: {
    status: { type: 'string', enum: ['up', 'degraded', 'down'] },
    checks: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['status'],
        properties: {
          status: { type: 'string', enum: ['up', 'degraded', 'down'] },
          detail: { type: 'string' },
          facts: { type: 'object' },
        },
      },
    },
  },
};

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthRegistry) {}

  @Get()
  @ApiOperation({ summary: 'How the service and each thing that it needs are' })
  @ApiOkResponse({ schema: REPORT_SCHEMA })
  @ApiServiceUnavailableResponse({ description: 'Something that the service needs is missing; the problem names it' })
  async whole(): Promise<HealthReport> {
    const report = await this.health.report();
    if (report.status === 'down') throw new ServiceUnavailableException({ detail: whatIsMissing(report), ...report });
    return report;
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the service can take work' })
  @ApiOkResponse({ schema: REPORT_SCHEMA })
  @ApiServiceUnavailableResponse({ description: 'It can’t; the problem says what is missing' })
  ready(): Promise<HealthReport> {
    return this.whole();
  }

  @Get('live')
  @ApiOperation({ summary: 'Whether the process works; says nothing of its surroundings' })
  @ApiOkResponse({ schema: { type: 'object', properties: { status: { type: 'string', enum: ['up'] } } } })
  live(): { status: 'up' } {
    return { status: 'up' };
  }
}

function whatIsMissing({ checks }: HealthReport): string {
  return Object.entries(checks)
    .filter(([, { status }]) => status === 'down')
    .map(([component, { detail }]) => `${component}: ${detail ?? 'down'}`)
    .join('; ');
}
