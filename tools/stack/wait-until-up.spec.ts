import { describe, expect, it } from '@jest/globals';
import { waitUntilUp } from './wait-until-up.mjs';

const alive = { isAlive: true, exited: new Promise<never>(() => {}), stop: async () => {} };
const common = { what: 'Postgres on port 1', group: alive, timeoutMs: 60_000, logFile: 'postgres.log', noticeMs: 0 };

describe('waitUntilUp', () => {
  it('says what it waits for, with the last error, until the server is up', async () => {
    const reasons = ['connect ECONNREFUSED', 'no pg_hba.conf entry', undefined];
    const lines: string[] = [];
    await waitUntilUp({ ...common, probe: async () => reasons.shift(), tell: (line) => lines.push(line) });
    expect(lines).toEqual([
      'waiting for Postgres on port 1: connect ECONNREFUSED (its log: postgres.log)',
      'waiting for Postgres on port 1: no pg_hba.conf entry (its log: postgres.log)',
    ]);
  });

  it('gives up with the last error, in one line, and stops the server', async () => {
    let stopped = 0;
    const group = { ...alive, stop: async () => void stopped++ };
    const given = { ...common, group, timeoutMs: 50, probe: async () => 'does not speak TLS', tell: () => {} };
    await expect(waitUntilUp(given)).rejects.toThrow(
      /^Postgres on port 1 is not up .*does not speak TLS.*postgres\.log$/,
    );
    expect(stopped).toBe(1);
  });

  it('gives up at once when the server exits', async () => {
    const group = { ...alive, isAlive: false, exited: Promise.resolve({ code: 1, signal: null }) };
    const given = { ...common, group, probe: async () => 'refused' };
    await expect(waitUntilUp(given)).rejects.toThrow('Postgres on port 1 exited with code 1: see postgres.log');
  });
});
