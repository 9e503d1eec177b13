import { Injectable } from '@nestjs/common';

/** `degraded`: something is missing, and the service does its work all the same. `down`: it can't. */
export type HealthStatus = 'up' | 'degraded' | 'down';

export interface ComponentHealth {
  readonly status: HealthStatus;
  /** What is missing or wrong, for a person; without secrets. */
  readonly detail?: string;
  /** What else an operator may want to see of it. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface HealthReport {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, ComponentHealth>>;
}

/** Every part that a service needs says here how it is; the health endpoints only add it up. */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, () => ComponentHealth | Promise<ComponentHealth>>();

  /** @param check answers within seconds; a rejection counts as down, with its message as detail */
  register(component: string, check: () => ComponentHealth | Promise<ComponentHealth>): void {
    this.checks.set(component, check);
  }

  async report(): Promise<HealthReport> {
    const entries = await Promise.all(
      [...this.checks].map(async ([component, check]) => [component, await settled(check)] as const),
    );
    const statuses = entries.map(([, { status }]) => status);
    const status = statuses.includes('down') ? 'down' : statuses.includes('degraded') ? 'degraded' : 'up';
    return { status, checks: Object.fromEntries(entries) };
  }
}

async function settled(check: () => ComponentHealth | Promise<ComponentHealth>): Promise<ComponentHealth> {
  try {
    return await check();
  } catch (error) {
    return { status: 'down', detail: (error as Error).message };
  }
}
