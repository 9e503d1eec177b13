import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TestIssuer } from '@orderflow/auth/testing';
import { createSecuredShop } from '../testing/secured-shop.js';
import { listenForOperators } from './operator-port.js';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.start();
});
afterAll(() => issuer.stop());

describe('operators’ routes', () => {
  let separated: NestFastifyApplication;
  const portOf = (server?: Server) => (server?.address() as AddressInfo).port;
  const statusAt = async (port: number, path: string, scope: string) => {
    const headers = { authorization: `Bearer ${await issuer.token({ scope })}` };
    return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
  };
  beforeAll(async () => {
    separated = await createSecuredShop(issuer, { separatesOperators: true });
    await separated.listen(0, '127.0.0.1');
    await listenForOperators(separated, 0, '127.0.0.1');
  });

  it('exist at their own port alone, where the others are, too', async () => {
    const server = separated.getHttpAdapter().getInstance();
    const [clients, operators] = [portOf(server.server as Server), portOf(server.operatorServer)];
    for (const scope of ['operations:read', 'orders:read'])
      expect(await statusAt(clients, '/metrics', scope)).toBe(404);
    expect((await fetch(`http://127.0.0.1:${clients}/metrics`)).status).toBe(401); // as of a path that nobody has
    expect(await statusAt(operators, '/metrics', 'operations:read')).toBe(200);
    expect(await statusAt(operators, '/metrics', 'orders:read')).toBe(403);
    for (const port of [clients, operators]) expect(await statusAt(port, '/baskets', 'orders:read')).toBe(200);
  });

  it('are gone when the app closes', async () => {
    const port = portOf(separated.getHttpAdapter().getInstance().operatorServer);
    await separated.close();
    await expect(statusAt(port, '/metrics', 'operations:read')).rejects.toThrow('fetch failed');
  });
});
