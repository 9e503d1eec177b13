/** What the tokens of each role allow; libs/auth/src/scopes.ts says what each scope means. */
export const ROLES = {
  customer: ['customer'],
  staff: ['orders:read', 'orders:write', 'orders:fulfil', 'stock:read', 'stock:write'],
  operator: ['orders:read', 'stock:read', 'operations:read', 'operations:write', 'payloads:read', 'customers:erase'],
};

/** @typedef {keyof typeof ROLES} Role */

export const SCOPES = [...new Set(Object.values(ROLES).flat())];

/** @param {unknown} name @returns {name is Role} */
export const isRole = (name) => typeof name === 'string' && Object.hasOwn(ROLES, name);

export const AUDIENCE = 'urn:orderflow:api';
export const CUSTOMER_CLAIM = 'customer_id';
/** The public client that the pages at `/docs` log in as. */
export const DOCS_CLIENT = 'docs';
/** As the services check it. */
export const CUSTOMER_ID = /^[\x21-\x7e]{1,64}$/;
