import { Injectable } from '@nestjs/common';
import { type ComponentHealth, HealthRegistry } from '@orderflow/observability';
import { Database, DatabaseNotReady } from '@orderflow/postgres';
import { KillSwitch } from './kill-switch/kill-switch.js';
import { ParkedMessagesRepository } from './messages/parked-messages.repository.js';

/** Reports parked messages in health, because dead letters need an operator. */
@Injectable()
export class ParkingHealth {
  constructor(
    private readonly database: Database,
    private readonly repository: ParkedMessagesRepository,
    killSwitch: KillSwitch,
    health: HealthRegistry,
  ) {
    health.register('dead-letters', () => this.check());
    health.register('kill-switch', () => killSwitch.health());
  }

  private async check(): Promise<ComponentHealth> {
    try {
      const facts = await this.repository.countByStatus(this.database);
      const open = facts['OPEN'] ?? 0;
      if (open > 0)
        return {
          status: 'degraded',
          detail: `${open} dead letters wait for an operator: see GET /dead-letters`,
          facts,
        };
      return { status: 'up', facts };
    } catch (error) {
      if (error instanceof DatabaseNotReady) return { status: 'up' }; // the check of Postgres shows it
      throw error;
    }
  }
}
