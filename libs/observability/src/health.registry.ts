import { Injectable } from '@nestjs/common';
import { redactText } from './redact-text.js';
import { redactValue } from './redact-value.js';

/** `degraded`: something is missing, and the service does its work all the same. `down`: it can't. */
export type HealthStatus = 'up' | 'degraded' | 'down';

export interface ComponentHealth {
  readonly status: HealthStatus;
  /** What is missing or wrong, for a person. */
  readonly detail?: string;
  /** What else an operator may want to see of it. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface HealthReport {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, ComponentHealth>>;
}

type Check = () => ComponentHealth | Promise<ComponentHealth>;

/**
 * Every part that a service needs says here how it is; the health endpoints only add it up. Secrets are taken out of
 * details and facts, and what is long or wide is cut ({@link redactValue}).
 */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, Check>();
  private readonly livenessChecks = new Map<string, Check>();

  /** @param check answers within seconds; a rejection counts as down, with its message as detail */
  register(component: string, check: Check): void {
    this.checks.set(component, check);
  }

  /** @param check of whether `component` works at all; a restart is the remedy where it is down */
  registerLiveness(component: string, check: () => ComponentHealth): void {
    this.livenessChecks.set(component, check);
  }

  /** Whether the process can do its work; nothing of its surroundings. */
  liveness(): Promise<HealthReport> {
    return summary(this.livenessChecks);
  }

  /** Whether the process and its surroundings can do their work. */
  report(): Promise<HealthReport> {
    return summary(this.checks);
  }
}

async function summary(checks: ReadonlyMap<string, Check>): Promise<HealthReport> {
  const entries = await Promise.all(
    [...checks].map(async ([component, check]) => [component, await settled(check)] as const),
  );
  const statuses = entries.map(([, { status }]) => status);
  const status = statuses.includes('down') ? 'down' : statuses.includes('degraded') ? 'degraded' : 'up';
  return { status, checks: Object.fromEntries(entries) };
}

async function settled(check: Check): Promise<ComponentHealth> {
  try {
    return redacted(await check());
  } catch (error) {
    return redacted({ status: 'down', detail: error instanceof Error ? error.message : String(error) });
  }
}

function redacted({ detail, facts, ...health }: ComponentHealth): ComponentHealth {
  return {
    ...health,
    ...(detail !== undefined && { detail: redactText(detail) }),
    ...(facts && { facts: redactValue(facts) as ComponentHealth['facts'] }),
  };
}
