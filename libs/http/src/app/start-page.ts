import type { FastifyInstance } from 'fastify';
import Negotiator from 'negotiator';

export interface StartPageOptions {
  readonly title: string;
  readonly description: string;
  readonly publicBase: string;
  readonly hasEvents: boolean;
}

interface Place {
  readonly name: string;
  readonly path: string;
  readonly what: string;
}

const PLACES: readonly Place[] = [
  { name: 'docs', path: '/docs', what: 'the HTTP interface, to read and to try' },
  { name: 'openapi', path: '/openapi.json', what: 'the same as an OpenAPI 3.1 document' },
  { name: 'health', path: '/health', what: 'the status of the service and of its dependencies' },
  { name: 'metrics', path: '/metrics', what: 'metrics in Prometheus’ text format' },
];
const EVENTS: readonly Place[] = [
  { name: 'events', path: '/docs/events', what: 'the events of the services' },
  { name: 'asyncapi', path: '/asyncapi.json', what: 'the same as an AsyncAPI 3.0 document' },
];

/** Serves `GET /`: what the service is, and where its documents, health and metrics are, as a page or as JSON. */
export function serveStartPage(fastify: FastifyInstance, options: StartPageOptions): void {
  const { title, description, publicBase, hasEvents } = options;
  const places = [...PLACES, ...(hasEvents ? EVENTS : [])].map((place) => ({
    ...place,
    path: publicBase + place.path,
  }));
  const json = { title, description, links: Object.fromEntries(places.map(({ name, path }) => [name, path])) };
  const page = startPage(title, description, places);
  fastify.get('/', (request, reply) => {
    void reply.header('vary', 'accept');
    const isPage = new Negotiator(request).mediaType(['text/html', 'application/json']) === 'text/html';
    return isPage ? reply.type('text/html; charset=utf-8').send(page) : reply.send(json);
  });
}

function startPage(title: string, description: string, places: readonly Place[]): string {
  const items = places.map(({ path, what }) => `<li><a href="${path}">${path}</a>: ${what}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>:root { color-scheme: light dark } body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; font: 16px/1.6 system-ui, sans-serif }</style>
</head>
<body>
<h1>${title}</h1>
<p>${description}</p>
<ul>
${items.join('\n')}
</ul>
</body>
</html>
`;
}
