import { oneOf } from '../../load/random.ts';
import { between, replicasOf, SERVICES, type Fault } from './fault.ts';
import type { Victims } from './details.ts';

/** Longer than a consumer's session timeout (10 s): the frozen replica loses its partitions without noticing. */
const PAST_THE_SESSION_MS = { from: 11_000, to: 16_000 };

export const freeze: Fault<Victims> = {
  name: 'freeze',
  about: 'SIGSTOP of one replica of a service past its session timeout, then SIGCONT: a zombie',
  draw: (random, { replicas }) => ({
    victims: [`${oneOf(random, SERVICES)}-${between(random, 1, replicas)}`],
    durationMs: between(random, PAST_THE_SESSION_MS.from, PAST_THE_SESSION_MS.to),
  }),
  strike: async (world, { victims }) => {
    const replicas = replicasOf(world, victims);
    replicas.forEach((replica) => replica.freeze());
    return async () => replicas.forEach((replica) => replica.thaw());
  },
};
