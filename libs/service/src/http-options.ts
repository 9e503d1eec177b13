import type { HttpAppOptions } from '@orderflow/http';
import { authOf } from './auth.js';
import type { ServiceConfig } from './config/service-config.js';
import { FAULT_KINDS } from './fault-kinds.js';

/** What the configuration says of the HTTP interface. */
export function httpOptionsOf(config: ServiceConfig): Omit<HttpAppOptions, 'title' | 'description' | 'logger'> {
  return {
    allowedHosts: [config.host, ...config.allowedHosts],
    origins: config.corsOrigins,
    requestsPerMinute: config.rateLimitPerMinute,
    trustedProxies: config.trustedProxies,
    limits: { maxConnections: config.httpMaxConnections },
    separatesOperators: config.operatorPort !== undefined,
    trustsTraces: config.trustTraceparent ?? config.auth === 'none',
    auth: authOf(config),
    faults: FAULT_KINDS,
    ...(config.publicBaseUrl !== undefined && { publicBase: config.publicBaseUrl }),
  };
}
