/** The header `Location` of a response that has created something. */
export const LOCATION = {
  Location: {
    description: 'Where it is',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
  },
} as const;

/**
 * The OpenAPI links of a response to operations on what it holds.
 * @param parameter the path parameter that they take
 * @param field where its value is in the body, as a JSON pointer
 */
export function linksTo(operationIds: readonly string[], parameter: string, field: string = `/${parameter}`) {
  const link = (operationId: string) => ({ operationId, parameters: { [parameter]: `$response.body#${field}` } });
  return Object.fromEntries(operationIds.map((id) => [id, link(id)]));
}
