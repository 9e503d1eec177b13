import { afterEach, expect, it, jest } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pauseTiming, serviceTimeMs } from './request-timing.js';

afterEach(() => void jest.restoreAllMocks());

it('Pauses do not count as time of the service, not even one that has not ended', () => {
  const request = {} as FastifyRequest;
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const serviceTime = () => serviceTimeMs(request, { elapsedTime: now } as FastifyReply);
  now = 10;
  expect(serviceTime()).toBe(10);
  const resume = pauseTiming(request);
  now = 30_010;
  expect(serviceTime()).toBe(10);
  resume();
  now = 30_015;
  expect(serviceTime()).toBe(15);
  pauseTiming(request);
  now = 60_000;
  expect(serviceTime()).toBe(15);
});
