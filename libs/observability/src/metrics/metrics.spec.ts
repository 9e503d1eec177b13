import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('exposes the measurements of its instruments', async () => {
    const metrics = new Metrics();
    const orders = metrics.counter({ name: 'orders_total', help: 'Orders', labels: ['status'] });
    orders.inc({ status: 'PENDING' }, 2);
    metrics.histogram({ name: 'wait_seconds', help: 'Waits' }, [1, 2]).observe(1.5);
    const shown = await metrics.exposition();
    expect(shown).toContain(
      '# HELP orders_total Orders\n# TYPE orders_total counter\norders_total{status="PENDING"} 2\n',
    );
    expect(shown).toContain('wait_seconds_bucket{le="1"} 0\nwait_seconds_bucket{le="2"} 1\n');
  });

  it('reads a gauge at each scrape', async () => {
    const metrics = new Metrics();
    let size = 1;
    metrics.gauge({ name: 'pool_size', help: 'Size' }, () => size);
    expect(await metrics.exposition()).toContain('pool_size 1\n');
    size = 7;
    expect(await metrics.exposition()).toContain('pool_size 7\n');
  });

  it('reads all values of a gauge with labels', async () => {
    const metrics = new Metrics();
    const sizes = { a: 1, b: 2 };
    metrics.gauge({ name: 'pool_size', help: 'Size', labels: ['pool'] }, () =>
      Object.entries(sizes).map(([pool, value]) => ({ labels: { pool }, value })),
    );
    expect(await metrics.exposition()).toContain('pool_size{pool="a"} 1\npool_size{pool="b"} 2\n');
    sizes.a = 7;
    expect(await metrics.exposition()).toContain('pool_size{pool="a"} 7\npool_size{pool="b"} 2\n');
  });

  it('separates the applications of one process', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.counter({ name: 'things_total', help: 'Things' }).inc(3);
    other.counter({ name: 'things_total', help: 'Things' });
    expect(await one.exposition()).toContain('things_total 3\n');
    expect(await other.exposition()).toContain('things_total 0\n');
  });

  it('lists its instruments, with their labels', () => {
    const metrics = new Metrics();
    metrics.gauge({ name: 'a_size', help: 'Size', labels: ['topic', 'partition'] });
    metrics.observeProcess();
    const [first, ...rest] = metrics.instruments();
    expect(first).toEqual({ name: 'a_size', type: 'gauge', labels: ['topic', 'partition'], help: 'Size' });
    expect(rest).toContainEqual(expect.objectContaining({ name: 'nodejs_gc_duration_seconds', labels: ['kind'] }));
  });
});
