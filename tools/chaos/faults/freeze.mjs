import { between, oneOf, replicasOf, SERVICES } from './fault.mjs';

/** Longer than a consumer's session (10 s): the frozen one loses its partitions and does not know. */
const PAST_THE_SESSION_MS = [11_000, 16_000];

/** @type {import('./fault.mjs').Fault} */
export const freeze = {
  name: 'freeze',
  about: 'SIGSTOP of one replica of a service past its session timeout, then SIGCONT: a zombie',
  draw: (random, { replicas }) => ({
    victims: [`${oneOf(random, SERVICES)}-${between(random, 1, replicas)}`],
    durationMs: between(random, PAST_THE_SESSION_MS[0], PAST_THE_SESSION_MS[1]),
  }),
  strike: async (world, { victims }) => {
    const replicas = replicasOf(world, victims);
    replicas.forEach((replica) => replica.freeze());
    return async () => replicas.forEach((replica) => replica.thaw());
  },
};
