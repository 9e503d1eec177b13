import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startKafka } from '../../../../../tools/stack/kafka.mjs';
import { freePort } from '../../../../../tools/stack/ports.mjs';
import { signalGroup } from '../../../../../tools/stack/process-group.mjs';
import { temporaryFolder } from '../../../../../tools/stack/temporary-folder.mjs';
import { type CountingService, useCountingService } from '../../../test/counting-service.js';
import { eventually } from '../../testing/test-kafka.js';
import type { BatchServer } from '../batch-server.js';

let folder: string;
let kafka: Awaited<ReturnType<typeof startKafka>>;
const theService = useCountingService('frozen');
let service: CountingService;
let server: BatchServer;

beforeEach(async () => {
  folder = temporaryFolder();
  kafka = await startKafka({ dataDir: join(folder, 'kafka'), port: await freePort(), heapMb: 256, isShortLived: true });
  service = theService();
  const options = { partitions: 1, silenceMs: 20_000, kafka: { brokers: [kafka.brokers], clientId: 'test' } };
  server = await service.serve(service.record, options);
});

afterEach(async () => {
  signalGroup(kafka.pid as number, 'SIGCONT');
  await kafka.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a frozen broker, which accepts connections and never responds', () => {
  it('makes the consumer not ready but keeps it live, and the consumer continues when the broker does', async () => {
    signalGroup(kafka.pid as number, 'SIGSTOP');
    const frozenAt = Date.now();
    await eventually(
      () => {
        expect(server.liveness().status).toBe('up');
        return Date.now() - frozenAt > 25_000;
      },
      'longer than a consumer may do nothing',
      40_000,
    );
    expect(server.health()).toMatchObject({ status: 'down', detail: expect.stringContaining('Kafka is unavailable') });
    signalGroup(kafka.pid as number, 'SIGCONT');
    await eventually(() => server.health().status === 'up', 'it has joined again', 30_000);
  });
});
