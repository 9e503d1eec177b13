import { patch, type Sabotage } from './sabotage.ts';

const AUTHENTICATION = 'libs/http/dist/security/authentication.js';
const KEYS = 'libs/auth/dist/issuer-keys.js';
const AUTHORIZE = 'libs/auth/dist/authorize.js';

/** mistakes in who may do what */
export const ofAccess: Sabotage[] = [
  {
    name: 'everyone-admitted',
    about: 'no request needs a token',
    named: 'outsider',
    faults: [],
    isSecure: true,
    patches: [patch(AUTHENTICATION, 'if (verifier)\n', 'if (false)\n')],
  },
  {
    name: 'customers-mixed-up',
    about: 'a customer reaches what belongs to another',
    named: 'outsider',
    faults: [],
    isSecure: true,
    patches: [
      patch(AUTHORIZE, 'return { subject, customerId, expiresAt', 'return { subject, customerId: undefined, expiresAt'),
    ],
  },
  {
    name: 'keys-forgotten',
    about: 'a service uses the keys of the issuer for ten seconds, whether it can fetch them again or not',
    named: 'admitted',
    faults: ['issuer-away'],
    minutes: 2.2,
    isSecure: true,
    patches: [patch(KEYS, 'const MAX_AGE_MS = 86_400_000;', 'const MAX_AGE_MS = 10_000;')],
  },
];
