import { isolateProcess } from '../stack/isolate-process.mjs';
import { stopGroups } from '../stack/process-group.mjs';
import { onStopSignal } from '../stack/signals.mjs';
import { startInfra } from './infra.mjs';

/** Jest's `globalSetup`: integration tests that are run by themselves get a Kafka and a Postgres of their own. */
export default async function setUp() {
  if (process.env.TEST_KAFKA_BROKERS && process.env.TEST_POSTGRES_URL) return;
  isolateProcess();
  onStopSignal(() => stopGroups().finally(() => process.exit(130)));
  const { environment, stop } = await startInfra();
  Object.assign(process.env, environment);
  Object.assign(globalThis, { orderflowTestInfra: { stop } });
}
