import { present } from '../../load/present.ts';
import { oneOf } from '../../load/random.ts';
import type { Details } from './details.ts';
import type { Fault } from './fault.ts';

interface IssuerAway extends Details {
  how: 'killed' | 'frozen';
}

const AWAY_MS = 120_000;

export const issuerAway: Fault<IssuerAway> = {
  name: 'issuer-away',
  about: 'the issuer of the tokens is killed or frozen for two minutes, while other faults strike (--secure)',
  isLasting: true,
  draw: (random) => ({ how: oneOf(random, ['killed', 'frozen'] as const), durationMs: AWAY_MS }),
  strike: async ({ system }, { how }) => {
    const issuer = present(system.issuer, 'the issuer');
    if (how === 'killed') {
      await issuer.kill();
      return () => issuer.start();
    }
    issuer.freeze();
    return async () => issuer.thaw();
  },
};
