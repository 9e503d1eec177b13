/** What an access token may allow, each with what it says in the OpenAPI documents. */
export const SCOPES = {
  customer:
    'Place, read and cancel orders, read reservations and notifications, and read, change and remove the contact, of the customer whom the token names; read the whole stock',
  'orders:read': 'Read the orders, reservations, notifications and contacts of all customers',
  'orders:write': 'Place and cancel orders, change and remove contacts, and send notifications again, of all customers',
  'orders:fulfil': 'Mark orders as shipped',
  'stock:read': 'Read items and their movements',
  'stock:write': 'Create items, and change stock',
  'customers:erase': 'Erase and export the personal data of customers',
  'operations:read': 'Read health details, metrics, and what waits or has failed',
  'operations:write': 'Replay, retry and discard what has failed, publish events again, and change the log level',
  'payloads:read': 'Read the payloads of failed messages: dead letters, rejected events, and dry runs',
} as const;

export type Scope = keyof typeof SCOPES;

/** The scope of customers: what it allows concerns only the customer whom the token names. */
export const OWN: Scope = 'customer';

/** The scopes of operators. A route that requires no other can have a port of its own. */
export const OF_OPERATORS: ReadonlySet<Scope> = new Set<Scope>([
  'customers:erase',
  'operations:read',
  'operations:write',
  'payloads:read',
]);
