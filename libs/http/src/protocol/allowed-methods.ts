import { maxHeaderSize } from 'node:http';
import type { FastifyInstance } from 'fastify';
import findMyWay from 'find-my-way';
import { problem, sendProblem } from '../problems/send-problem.js';

/**
 * Responds with 405 and `Allow` to a method that a known path does not have (RFC 9110, section 15.5.6). `/orders/republish`,
 * which has only POST, is a path of its own for GET, too, and not one of `/orders/:orderId`.
 */
export function rejectOtherMethods(fastify: FastifyInstance): void {
  const paths = findMyWay({ maxParamLength: maxHeaderSize });
  const methodsOf = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    if (!methodsOf.has(url)) paths.on('GET', url, () => undefined, url);
    const methods = methodsOf.get(url) ?? new Set();
    methodsOf.set(url, methods);
    for (const each of [method].flat()) methods.add(each);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const [path = ''] = request.url.split('?', 1);
    const template = request.is404 ? (paths.find('GET', path)?.store as string | undefined) : undefined;
    const methods = methodsOf.get(path) ?? methodsOf.get(template ?? '');
    if (!methods || methods.has(request.method)) return done();
    void reply.header('allow', [...methods].sort().join(', '));
    sendProblem(reply, problem(405, { detail: `${request.method} is not allowed here; see the header Allow` }));
  });
}
