import { type BrokenRun, struck } from './parts-of-evidence.fixture.ts';

const REFUSED = { at: 1_000, replica: 'order-service-1', request: 'POST /orders' };
const EXPIRED = { ...REFUSED, status: 401, detail: 'The token has expired' };

/** For the checks of who may do what. */
export const BROKEN_ACCESS: BrokenRun[] = [
  [
    'a good token is refused',
    'admitted',
    'a good token was refused',
    ({ access }) => access.refusals.push({ ...REFUSED, status: 403, detail: 'The token has none of the scopes' }),
  ],
  [
    'a good token has expired for a replica while the clock of another is wrong',
    'admitted',
    'a good token was refused',
    ({ access, faults }) => {
      faults.push(struck('clock-skew', { victims: ['order-service-2'] }));
      access.refusals.push(EXPIRED);
    },
  ],
  [
    'a replica has forgotten the keys of the issuer',
    'admitted',
    'the keys of the issuer were forgotten',
    ({ access }) =>
      access.refusals.push({ ...REFUSED, status: 503, detail: 'The keys of the issuer cannot be fetched' }),
  ],
  [
    'an outsider gets in',
    'outsider',
    'an outsider was not refused',
    ({ access }) => access.breaches.push({ attempt: 'GET /orders: no token', status: 200 }),
  ],
];
