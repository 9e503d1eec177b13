import type { ServiceName, System } from './system.js';

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  // Tests look at the fields that they expect.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** An HTTP client of the services of a system. */
export class Client {
  /** @param token of whom it makes requests, if the system demands one */
  constructor(
    private readonly system: System,
    private readonly token?: string,
  ) {}

  get(service: ServiceName, path: string): Promise<HttpResponse> {
    return this.request(service, path, {});
  }

  post(service: ServiceName, path: string, body: unknown, contentType = 'application/json'): Promise<HttpResponse> {
    return this.send(service, path, { method: 'POST', body, headers: { 'content-type': contentType } });
  }

  put(service: ServiceName, path: string, body: unknown): Promise<HttpResponse> {
    return this.send(service, path, { method: 'PUT', body });
  }

  /** @param body a text is sent as it is, anything else as JSON */
  send(
    service: ServiceName,
    path: string,
    { method, body, headers = {} }: { method: string; body: unknown; headers?: Record<string, string> },
  ): Promise<HttpResponse> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.request(service, path, {
      method,
      body: text,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  private async request(service: ServiceName, path: string, init: RequestInit): Promise<HttpResponse> {
    const authorization = this.token && { authorization: `Bearer ${this.token}` };
    const headers = { ...authorization, ...(init.headers as Record<string, string>) };
    const response = await fetch(`${this.system.url(service)}${path}`, { ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }
}
