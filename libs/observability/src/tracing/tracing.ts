export interface TracingOptions {
  /** The collector's base URL (OTLP over HTTP, in JSON); traces are sent to `/v1/traces` below it. */
  readonly endpoint: string;
  /** Sent with each export, such as an API key. */
  readonly headers: Readonly<Record<string, string>>;
  /** The share of the traces that start here and are recorded, 0 to 1. For other traces, the upstream decides. */
  readonly sampleRatio: number;
  readonly service: { readonly name: string; readonly version: string };
}

export interface Tracing {
  /** Exports the remaining spans, within two seconds. */
  stop(): Promise<void>;
}

/** Starts to record and export traces. The SDK is not loaded before. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { startSdk } = await import('./tracing-sdk.js');
  return startSdk(options);
}
