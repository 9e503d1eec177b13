import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { CalledBy, type Caller, Requires } from '@orderflow/auth';
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
  @Requires('operations:read')
  @ApiOperation({ operationId: 'getHealth', summary: 'The status of the service and of each of its dependencies' })
  @ApiOkResponse({ schema: REPORT_SCHEMA })
  @ApiServiceUnavailableResponse({ description: 'A dependency is missing; the problem document names it' })
  async whole(): Promise<HealthReport> {
    return unlessDown(await this.health.report());
  }

  @Get('ready')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Whether the service can take work' })
  @ApiOkResponse({ schema: REPORT_SCHEMA })
  @ApiServiceUnavailableResponse({
    description: 'It cannot; the problem document names what is missing, but not with `AUTH=oauth2`: see `/health`',
  })
  async ready(@CalledBy() caller: Caller | undefined): Promise<HealthReport> {
    return unlessDown(shownTo(caller, await this.health.sharedReport()));
  }

  @Get('live')
  @ApiOperation({
    operationId: 'getLiveness',
    summary: 'Whether the process works; an unavailable database or broker does not matter',
  })
  @ApiOkResponse({ schema: REPORT_SCHEMA })
  @ApiServiceUnavailableResponse({ description: 'The process is stuck; restart it' })
  async live(@CalledBy() caller: Caller | undefined): Promise<HealthReport> {
    return unlessDown(shownTo(caller, await this.health.liveness()));
  }
}

/** Probes need no token; without one, they learn nothing about the dependencies. */
function shownTo(caller: Caller | undefined, report: HealthReport): HealthReport {
  return caller ? report : { status: report.status, checks: {} };
}

function unlessDown(report: HealthReport): HealthReport {
  if (report.status === 'down') throw new ServiceUnavailableException({ detail: describeMissing(report), ...report });
  return report;
}

function describeMissing({ checks }: HealthReport): string {
  return Object.entries(checks)
    .filter(([, { status }]) => status === 'down')
    .map(([component, { detail }]) => `${component}: ${detail ?? 'down'}`)
    .join('; ');
}
