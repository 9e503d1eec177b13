import { redactText } from '../redaction/redact-text.js';
import { redactValue } from '../redaction/redact-value.js';

/** `degraded`: something is missing, but the service can do its work. `down`: it cannot. */
export type HealthStatus = 'up' | 'degraded' | 'down';

export interface ComponentHealth {
  readonly status: HealthStatus;
  /** What is missing or wrong, for people. */
  readonly detail?: string;
  /** Further facts for operators. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface HealthReport {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, ComponentHealth>>;
}

/** How long strangers get the same report. */
const KEPT_MS = 1_000;

interface SharedReport {
  readonly report: Promise<HealthReport>;
  /** On the registry's clock; without end while the checks are in progress. */
  keptUntil: number;
}

type Check = () => ComponentHealth | Promise<ComponentHealth>;

/**
 * Each dependency and part of a service registers its check here; the health endpoints combine the results. Secrets are
 * redacted from details and facts, and long values are cut ({@link redactValue}).
 */
export class HealthRegistry {
  private readonly checks = new Map<string, Check>();
  private readonly livenessChecks = new Map<string, Check>();
  private shared: SharedReport | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @param check must resolve within seconds; a rejection counts as down, with its message as detail */
  register(component: string, check: Check): void {
    this.checks.set(component, check);
  }

  /** @param check whether `component` works at all; if it is down, the process should be restarted */
  registerLiveness(component: string, check: () => ComponentHealth): void {
    this.livenessChecks.set(component, check);
  }

  /** Whether the process works, regardless of its dependencies. */
  liveness(): Promise<HealthReport> {
    return summary(this.livenessChecks);
  }

  /** Whether the process and its dependencies work. */
  report(): Promise<HealthReport> {
    return summary(this.checks);
  }

  /** The same, at most a second old, and one at a time: however many strangers ask, the dependencies notice one. */
  sharedReport(): Promise<HealthReport> {
    if (!this.shared || this.now() >= this.shared.keptUntil) this.shared = this.beginReport();
    return this.shared.report;
  }

  private beginReport(): SharedReport {
    const begun: SharedReport = {
      keptUntil: Infinity,
      report: this.report().finally(() => (begun.keptUntil = this.now() + KEPT_MS)),
    };
    return begun;
  }
}

async function summary(checks: ReadonlyMap<string, Check>): Promise<HealthReport> {
  const entries = await Promise.all(
    [...checks].map(async ([component, check]) => [component, await settled(check)] as const),
  );
  const statuses = entries.map(([, { status }]) => status);
  const status = statuses.includes('down') ? 'down' : statuses.includes('degraded') ? 'degraded' : 'up';
  return { status, checks: Object.fromEntries(entries) };
}

async function settled(check: Check): Promise<ComponentHealth> {
  try {
    return redacted(await check());
  } catch (error) {
    return redacted({ status: 'down', detail: error instanceof Error ? error.message : String(error) });
  }
}

function redacted({ detail, facts, ...health }: ComponentHealth): ComponentHealth {
  return {
    ...health,
    ...(detail !== undefined && { detail: redactText(detail) }),
    ...(facts && { facts: redactValue(facts) as ComponentHealth['facts'] }),
  };
}
