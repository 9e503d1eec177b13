import { describe, expect, it } from '@jest/globals';
import { type ComponentHealth, HealthRegistry } from './health.registry.js';

function registryOf(components: Record<string, ComponentHealth | Error>): HealthRegistry {
  const registry = new HealthRegistry();
  for (const [name, health] of Object.entries(components)) {
    registry.register(name, () => {
      if (health instanceof Error) throw health;
      return health;
    });
  }
  return registry;
}

describe('HealthRegistry', () => {
  it.each([
    ['up when all is up', { a: 'up', b: 'up' }, 'up'],
    ['degraded when something not needed is missing', { a: 'up', b: 'degraded' }, 'degraded'],
    ['down when something needed is missing', { a: 'degraded', b: 'down' }, 'down'],
  ] as const)('is %s', async (_, statuses, expected) => {
    const components = Object.fromEntries(Object.entries(statuses).map(([name, status]) => [name, { status }]));
    expect((await registryOf(components).report()).status).toBe(expected);
  });

  it('takes a check that fails as down, with its message', async () => {
    const report = await registryOf({ postgres: new Error('connection refused') }).report();
    expect(report).toEqual({ status: 'down', checks: { postgres: { status: 'down', detail: 'connection refused' } } });
  });
});
