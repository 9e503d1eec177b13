import type { ServiceName, System } from './system.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What a service answers is looked at field by field by whoever asked.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** Speaks HTTP with the services of a system as a client does. */
export class Client {
  constructor(private readonly system: System) {}

  get(service: ServiceName, path: string): Promise<Answer> {
    return this.request(service, path, {});
  }

  post(service: ServiceName, path: string, body: unknown, contentType = 'application/json'): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.request(service, path, { method: 'POST', body: text, headers: { 'content-type': contentType } });
  }

  put(service: ServiceName, path: string, body: unknown): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.request(service, path, { method: 'PUT', body: JSON.stringify(body), headers });
  }

  private async request(service: ServiceName, path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(`${this.system.url(service)}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }
}
