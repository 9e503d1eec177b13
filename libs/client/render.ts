import { readFileSync } from 'node:fs';
import openapiTypeScript, { astToString } from 'openapi-typescript';

export const SERVICES = ['order-service', 'inventory-service', 'notification-service'];

/** Where a service's OpenAPI document is kept. */
export const documentOf = (service: string) => new URL(`../../docs/reference/openapi/${service}.json`, import.meta.url);

/** Where the types of a service's paths are kept. */
export const typesOf = (service: string) => new URL(`src/generated/${service}.ts`, import.meta.url);

/** The types of a service's paths, as its kept document has them. */
export async function renderTypes(service: string): Promise<string> {
  const document = JSON.parse(readFileSync(documentOf(service), 'utf8'));
  return astToString(await openapiTypeScript(document, { defaultNonNullable: false })); // a request may leave out what has a default
}
