import { describe, expect, it } from '@jest/globals';
import { topology } from '@orderflow/events';
import { openApiViolations } from '@orderflow/http/testing';
import { loadDocument, type Operation } from './load-document.js';

const services = await Promise.all(
  topology.map(async ({ name }) => {
    const document = await loadDocument(name);
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, route: `${method} ${path}` })),
    );
    return { name, document, operations };
  }),
);

describe.each(services)('the OpenAPI document of $name', ({ document, operations }) => {
  it('is valid', () => {
    expect(openApiViolations(document)).toEqual([]);
  });

  it('gives each operation a short name of its own', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]{3,30}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives each error its media type', () => {
    const without = operations.flatMap(({ route, responses }: Operation & { route: string }) =>
      Object.entries(responses).flatMap(([status, { $ref, content }]) =>
        Number(status) < 400 || $ref !== undefined || Object.keys(content ?? {})[0] === 'application/problem+json'
          ? []
          : `${route} ${status}`,
      ),
    );
    expect(without).toEqual([]);
  });
});
