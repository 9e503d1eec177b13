import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** As Fastify's. With Node's 5 s, connections would be closed under the requests of a slow open loop. */
const KEEP_ALIVE_MS = 72_000;

/**
 * Responds to `GET /health/ready`, and to every other request as `handle` says.
 * @param handle gets the whole body
 */
export function serve(handle: (body: string, request: IncomingMessage, response: ServerResponse) => unknown) {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    if (request.url === '/health/ready') return void response.end('{}');
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => handle(body, request, response));
  });
  server.listen(Number(process.env.PORT), process.env.HOST);
}

/** As JSON. */
export function respond(response: ServerResponse, status: number, body: object) {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
