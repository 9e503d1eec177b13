import { type Client, type Headers } from '../../load/client.ts';
import type { Book } from '../clients/book.ts';
import type { System } from '../system/system.ts';
import { Access, type As } from './access.ts';
import { Outsider } from './outsider.ts';
import { Tokens } from './tokens.ts';

/** As whom the harness makes its requests. Where the services demand no tokens, it is all the same. */
export function openAccess({ issuer, replicas }: System) {
  const access = issuer && new Access(replicas, new Tokens((role, customerId) => issuer.token(role, customerId)));
  const clients: Client[] = [];
  return {
    access,
    /** @param client closed with all others */
    as: (client: Client): As => {
      clients.push(client);
      return access ? access.as(client) : () => client;
    },
    authorization: async (): Promise<Headers> =>
      access ? { authorization: `Bearer ${await access.tokens.of('operator')}` } : {},
    outsiderOf: (world: { seed: number; urlsOf: (service: string) => string[]; book: Book }) =>
      issuer && access && new Outsider({ ...world, issuer, access }),
    close: () => {
      access?.close();
      for (const client of clients) client.close();
    },
  };
}

/** What the report counts; nothing where the services demand no tokens. */
export function countAccess(access: Access | undefined, outsider: Outsider | undefined): Record<string, number> {
  if (!access || !outsider) return {};
  return {
    'tokens renewed': access.tokens.counts.renewed,
    'renewals that failed': access.tokens.counts['not renewed'],
    'requests refused without the keys of the issuer': access.counts['without keys'],
    'attempts of an outsider': outsider.counts.attempts,
    'of them refused': outsider.counts.refused,
  };
}
