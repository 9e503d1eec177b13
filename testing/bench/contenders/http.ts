import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * Responds to `GET /health/ready`, and to every other request as `handle` says.
 * @param handle gets the whole body
 */
export function serve(handle: (body: string, request: IncomingMessage, response: ServerResponse) => unknown) {
  const server = createServer((request, response) => {
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
