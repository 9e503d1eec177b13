import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Usage } from './usage.ts';
import { countRequests, subtract } from './kafka-requests.ts';
import { busyMs, shareOfOthers } from './machine.ts';
import { childrenOf, databaseOf, readProc, statusOf } from './processes.ts';

describe('what /proc says', () => {
  it.each([
    ['postgres: orderflow order_service 127.0.0.1(51244) idle', 'order_service'],
    ['postgres: orderflow order_service ::1(51244) idle in transaction', 'order_service'],
    ['postgres: checkpointer', undefined],
    ['postgres: autovacuum worker order_service', undefined],
    ['postgres: io worker 0', undefined],
    ['', undefined],
  ])('%j is of the database %s', (commandLine, database) => {
    expect(databaseOf(commandLine)).toBe(database);
  });

  it('has the peak of the memory in a line of its own', () => {
    const status = 'Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t   17992 kB\nVmRSS:\t   12456 kB\n';
    expect(statusOf(status, 'VmHWM')).toBe(17_992);
    expect(statusOf('', 'VmHWM')).toBeNaN();
    expect(statusOf(readProc(process.pid, 'status'), 'VmHWM')).toBeGreaterThan(1_000);
  });

  it('names the children of a process', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    expect(childrenOf(process.pid)).toContain(child.pid);
    child.kill();
    await once(child, 'exit');
    expect(childrenOf(process.pid)).not.toContain(child.pid);
  });

  it('is empty for a process that has ended', () => {
    expect(readProc(2 ** 30, 'stat')).toBe('');
    expect(childrenOf(2 ** 30)).toEqual([]);
  });

  it('counts what the cores have worked, but not what they have waited', () => {
    expect(busyMs('cpu  100 20 30 5000 700 6 7 8 9 10\ncpu0 1 1 1 1 1 1 1 1 1 1\n')).toBe(1_710);
  });
});

describe('the share of other programs', () => {
  it('is what nobody else accounts for', () => {
    expect(shareOfOthers({ busyMs: 1_500, knownMs: 1_000, wallMs: 1_000, cores: 2 })).toBe(0.25);
  });

  it('is not less than nothing, though clocks are coarse', () => {
    expect(shareOfOthers({ busyMs: 990, knownMs: 1_000, wallMs: 1_000, cores: 2 })).toBe(0);
  });
});

describe('the CPU time by process', () => {
  it('is the sum of all with a name, since the start or since they began', () => {
    const usage = new Usage();
    usage.note({ name: 'order-service', pid: 1 }, 1_000, true);
    usage.note({ name: 'order-service', pid: 2 }, 500, true);
    usage.note({ name: 'order-service', pid: 1 }, 1_200, false);
    usage.note({ name: 'order-service', pid: 2 }, NaN, false);
    usage.note({ name: 'postgres order_service', pid: 3 }, 40, false);
    usage.note({ name: 'postgres order_service', pid: 3 }, 50, false);
    expect(usage.byName()).toEqual({ 'order-service': 200, 'postgres order_service': 50 });
  });
});

describe('the requests of Kafka', () => {
  it('are summed up over their versions', () => {
    const line = (request: string, version: number, count: number) =>
      `kafka.network:type=RequestMetrics,name=RequestsPerSec,request=${request},version=${version}:Count=${count}\n`;
    const counts = countRequests(line('Produce', 11, 3) + line('Produce', 12, 4) + line('Metadata', 1, 10));
    expect(counts).toEqual({ 'in all': 17, Produce: 7, Fetch: 0, OffsetCommit: 0 });
    expect(subtract(counts, { 'in all': 7, Produce: 5 })).toMatchObject({ 'in all': 10, Produce: 2, Fetch: 0 });
  });
});
