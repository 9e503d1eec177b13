import { describe, expect, it } from '@jest/globals';
import { HealthController } from './health.controller.js';
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

  it('counts a check that rejects as down, with its message', async () => {
    const report = await registryOf({ postgres: new Error('connection refused') }).report();
    expect(report).toEqual({ status: 'down', checks: { postgres: { status: 'down', detail: 'connection refused' } } });
  });

  it('redacts secrets and cuts long values', async () => {
    const { checks } = await registryOf({
      kafka: {
        status: 'degraded',
        detail: `stuck at kafka://u:s3cr3t@broker: ${'x'.repeat(400_000)}`,
        facts: { password: 53_735, skipped: Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`t${n}`, n])) },
      },
      postgres: new Error('Bearer\ns3cr3ts3cr3t'),
    }).report();
    expect(JSON.stringify(checks)).not.toMatch(/s3cr3t|53735/);
    expect(JSON.stringify(checks).length).toBeLessThan(8_192);
  });

  it.each([undefined, null, 'unavailable'])('counts a check that rejects with %s as down', async (reason) => {
    const registry = new HealthRegistry();
    registry.register('postgres', () => Promise.reject(reason as never));
    expect((await registry.report()).checks['postgres']).toEqual({ status: 'down', detail: String(reason) });
  });

  it('shares a report with strangers while it is in progress, and for a second', async () => {
    let now = 0;
    let checks = 0;
    let pass = (): void => undefined;
    const passed = new Promise<void>((resolve) => (pass = resolve));
    const registry = new HealthRegistry(() => now);
    registry.register('postgres', async () => {
      checks += 1;
      await passed;
      return { status: 'up' };
    });
    const controller = new HealthController(registry);
    const probe = () => controller.ready(undefined);
    const inProgress = [probe()];
    now = 5_000;
    inProgress.push(probe());
    pass();
    expect(await Promise.all(inProgress)).toEqual(Array(2).fill({ status: 'up', checks: {} }));
    now = 5_999;
    await probe();
    expect(checks).toBe(1);
    now = 6_000;
    await probe();
    expect(checks).toBe(2);
  });

  it('reports anew to operators', async () => {
    let checks = 0;
    const registry = new HealthRegistry(() => 0);
    registry.register('postgres', () => {
      checks += 1;
      return { status: 'up' };
    });
    const controller = new HealthController(registry);
    await controller.ready(undefined);
    await controller.whole();
    await controller.whole();
    expect(checks).toBe(3);
  });
});
