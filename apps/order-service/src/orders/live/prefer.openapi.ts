/** The header of requests that can wait. */
export const PREFER = {
  name: 'Prefer',
  required: false,
  description:
    '`wait=N` (RFC 7240): the response comes as soon as the order is decided, or after N seconds, at most 30, as the order then stands',
  schema: { type: 'string', example: 'wait=10' },
} as const;

export const PREFERENCE_APPLIED = {
  'Preference-Applied': {
    description: '`wait=N` if the service has waited; absent if it could not, or shuts down',
    schema: { type: 'string' },
  },
} as const;
