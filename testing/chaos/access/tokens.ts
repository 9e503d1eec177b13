import type { Role } from '../../../tools/issuer/roles.mjs';

export type { Role };

interface Held {
  role: Role;
  customerId: string | undefined;
  token: string;
  /** In ms since the epoch. */
  expiresAt: number;
  renewAt: number;
}

type Issue = (role: Role, customerId?: string) => Promise<string>;

const RENEW_AGAIN_MS = 2_000;

/** The tokens of all callers, each renewed after half of its life. A token that cannot be renewed is used until it expires. */
export class Tokens {
  issue: Issue;
  held: Map<string, Held> = new Map();
  renewals: Map<string, Promise<string>> = new Map();
  counts = { renewed: 0, 'not renewed': 0 };

  constructor(issue: Issue) {
    this.issue = issue;
  }

  /** @returns one that is valid; rejects if there is none, and the issuer is away */
  async of(role: Role, customerId?: string): Promise<string> {
    const name = `${role} ${customerId}`;
    const held = this.held.get(name);
    if (held && Date.now() < held.renewAt) return held.token;
    const renewal = this.renewals.get(name) ?? this.renew(name, role, customerId);
    this.renewals.set(name, renewal);
    if (!held || Date.now() >= held.expiresAt) return renewal;
    renewal.catch(() => undefined);
    return held.token;
  }

  /** Call it now and then: renews also what nobody asks for, so that it outlasts an issuer that is away. */
  keep() {
    for (const { role, customerId } of this.held.values()) this.of(role, customerId).catch(() => undefined);
  }

  async renew(name: string, role: Role, customerId?: string): Promise<string> {
    const held = this.held.get(name);
    try {
      const token = await this.issue(role, customerId);
      const { iat, exp } = claimsOf(token) as { iat: number; exp: number };
      const times = { expiresAt: exp * 1_000, renewAt: Date.now() + (exp - iat) * 500 };
      this.held.set(name, { role, customerId, token, ...times });
      if (held) this.counts.renewed += 1;
      return token;
    } catch (error) {
      if (held) held.renewAt = Math.min(Date.now() + RENEW_AGAIN_MS, held.expiresAt);
      this.counts['not renewed'] += 1;
      throw error;
    } finally {
      this.renewals.delete(name);
    }
  }
}

export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
