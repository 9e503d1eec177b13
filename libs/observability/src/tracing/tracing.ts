import type { Tracing, TracingOptions } from './tracing-sdk.js';

/** Starts to record and export traces. The SDK is not loaded before. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { startSdk } = await import('./tracing-sdk.js');
  return startSdk(options);
}
