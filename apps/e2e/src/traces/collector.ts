import { createServer, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { freePort } from '../../../../tools/stack/ports.mjs';

/** The parts of a span that tests check. */
export interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly linkedTraceIds: readonly string[];
  readonly linkedSpanIds: readonly string[];
  readonly isError: boolean;
}

/** The parts of OTLP over HTTP in JSON that are read here. */
interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}
interface OtlpSpan extends Pick<Span, 'name' | 'traceId' | 'spanId'> {
  readonly parentSpanId?: string;
  readonly attributes: readonly Attribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}
interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const ERROR = 2;

/** A collector in the test's own process, which keeps every span that the services export. */
export class Collector {
  readonly spans: Span[] = [];
  private server: Server | undefined;

  private constructor(private readonly port: number) {}

  static async start(): Promise<Collector> {
    const collector = new Collector(await freePort());
    await collector.listen();
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  inTrace(traceId: string): Span[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  listen(): Promise<void> {
    const server = createServer((request, response) => {
      void this.take(request).then((status) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
      );
    });
    this.server = server;
    return new Promise((resolve) => server.listen(this.port, '127.0.0.1', resolve));
  }

  /** Stops listening. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  private async take(request: IncomingMessage): Promise<number> {
    if (request.url !== '/v1/traces') return 404;
    const { resourceSpans } = (await json(request)) as ExportRequest;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name']);
      this.spans.push(...scopeSpans.flatMap(({ spans }) => spans).map((span) => toSpan(service, span)));
    }
    return 200;
  }
}

function toSpan(service: string, { name, traceId, spanId, parentSpanId, links = [], ...rest }: OtlpSpan): Span {
  return {
    ...{ service, name, traceId, spanId, parentSpanId },
    attributes: valuesOf(rest.attributes),
    linkedTraceIds: links.map((link) => link.traceId),
    linkedSpanIds: links.map((link) => link.spanId),
    isError: rest.status?.code === ERROR,
  };
}

function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
