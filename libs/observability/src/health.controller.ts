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
    return unlessDown(await this.health.report());
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the service can take work' })
  @ApiOkResponse({ schema: REPORT_SCHEMA })
  @ApiServiceUnavailableResponse({ description: 'It can’t; the problem says what is missing' })
  ready(): Promise<HealthReport> {
    return this.whole();
  }

  @Get('live')
  @ApiOperation({
    summary: 'Whether the process works; a database or broker that is away is no reason that it doesn’t',
  })
  @ApiOkResponse({ schema: REPORT_SCHEMA })
  @ApiServiceUnavailableResponse({ description: 'It is stuck, and a restart is the remedy' })
  async live(): Promise<HealthReport> {
    return unlessDown(await this.health.liveness());
  }
}

function unlessDown(report: HealthReport): HealthReport {
  if (report.status === 'down') throw new ServiceUnavailableException({ detail: whatIsMissing(report), ...report });
  return report;
}

function whatIsMissing({ checks }: HealthReport): string {
  return Object.entries(checks)
    .filter(([, { status }]) => status === 'down')
    .map(([component, { detail }]) => `${component}: ${detail ?? 'down'}`)
    .join('; ');
}
