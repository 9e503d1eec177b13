export interface TracingOptions {
  /** The collector's base address (OTLP over HTTP, in JSON); traces go to `/v1/traces` below it. */
  readonly endpoint: string;
  /** Sent with each export, such as an API key. */
  readonly headers: Readonly<Record<string, string>>;
  /** The share of traces that begin here and are recorded, 0 to 1; others are recorded where their beginning is. */
  readonly sampleRatio: number;
  readonly service: { readonly name: string; readonly version: string };
}

export interface Tracing {
  /** Exports what is recorded, and gives up after a while. */
  stop(): Promise<void>;
}

/** Begins to record and export traces. Nothing of the SDK is loaded before. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { startSdk } = await import('./tracing-sdk.js');
  return startSdk(options);
}
