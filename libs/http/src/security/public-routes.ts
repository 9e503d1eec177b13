const PUBLIC_ROUTES: ReadonlySet<string> = new Set([
  '/',
  '/openapi.json',
  '/openapi.yaml',
  '/asyncapi.json',
  '/docs',
  '/health/live',
  '/health/ready',
]);
/** Swagger UI, its files, and the page of the events. */
const PUBLIC_FOLDER = '/docs/';

/**
 * Whether a route needs no token: what the service is, its documents, and whether it is alive and ready.
 * @param route its template, not the path of a request
 */
export function isPublic(route: string | undefined): boolean {
  return route !== undefined && (PUBLIC_ROUTES.has(route) || route.startsWith(PUBLIC_FOLDER));
}
