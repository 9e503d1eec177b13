import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

const DAY_SECONDS = 86_400;
const EXPOSED = ['Location', 'Link', 'ETag', 'Preference-Applied', 'Retry-After', 'WWW-Authenticate'];

/**
 * Lets pages of these origins read responses and request changes (CORS). Their requests carry tokens, never cookies.
 * Register it before whatever refuses a preflight.
 */
export async function allowOrigins(fastify: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await fastify.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED,
    credentials: false,
    maxAge: DAY_SECONDS,
  });
}
