import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './system/eventually.js';
import { type ServiceName, SERVICES, System } from './system/system.js';

const LOOPBACK = Object.values(networkInterfaces()).flatMap((addresses = []) =>
  addresses.filter(({ internal }) => internal),
);
/** On Linux, all of 127.0.0.0/8 is local; a service that listens on this address listens on every address of the machine. */
const HAS_ANOTHER_ADDRESS = process.platform === 'linux';
const HAS_IPV6 = LOOPBACK.some(({ address }) => address === '::1');
if (!HAS_ANOTHER_ADDRESS) process.stderr.write('Other addresses are not tried: 127.0.0.2 is none of this machine\n');
if (!HAS_IPV6) process.stderr.write('HOST=:: is not tried: this machine has no IPv6\n');

let system: System;

beforeEach(async () => {
  system = await System.prepare();
});
afterEach(() => system.stop());

/** The status of `/health/live` at an address, or the error. */
async function askAt(address: string, name: ServiceName): Promise<number | string> {
  try {
    const { port } = new URL(system.url(name));
    const response = await fetch(`http://${address}:${port}/health/live`);
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    return String(((error as Error).cause as NodeJS.ErrnoException).code);
  }
}

const answersAt = (address: string, name: ServiceName) =>
  eventually(`${name} responds at ${address}`, async () => (await askAt(address, name)) === 200);

describe('a service', () => {
  it.each(SERVICES)('without HOST responds at 127.0.0.1 and at no other address: %s', async (name) => {
    system.startService(name, { HOST: undefined });
    await answersAt('127.0.0.1', name);
    if (HAS_ANOTHER_ADDRESS) expect(await askAt('127.0.0.2', name)).toBe('ECONNREFUSED');
    if (HAS_IPV6) expect(await askAt('[::1]', name)).toBe('ECONNREFUSED');
  });

  (HAS_IPV6 ? it : it.skip)('with HOST=:: answers at all addresses, of IPv4 and IPv6', async () => {
    system.startService('order-service', { HOST: '::', AUTH_ALLOW_NONE: 'true' });
    await answersAt('[::1]', 'order-service');
    await answersAt('127.0.0.1', 'order-service');
    if (HAS_ANOTHER_ADDRESS) await answersAt('127.0.0.2', 'order-service');
  });
});
