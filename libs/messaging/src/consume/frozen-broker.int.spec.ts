import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startKafka } from '../../../../tools/stack/kafka.mjs';
import { freePort } from '../../../../tools/stack/ports.mjs';
import { signalGroup } from '../../../../tools/stack/process-group.mjs';
import { temporaryFolder } from '../../../../tools/stack/temporary-folder.mjs';
import { BatchServer } from './batch-server.js';
import { handles } from './event-dispatcher.js';
import { Ledger } from '../testing/ledger.js';
import { eventually, testMetrics } from '../testing/test-kafka.js';

class Counted {
  static readonly type = 'COUNTED';

  @IsInt()
  n!: number;
}

let folder: string;
let kafka: Awaited<ReturnType<typeof startKafka>>;
let server: BatchServer;

beforeEach(async () => {
  folder = temporaryFolder();
  kafka = await startKafka({ dataDir: join(folder, 'kafka'), port: await freePort(), heapMb: 256, isShortLived: true });
  server = new BatchServer({
    kafka: { brokers: [kafka.brokers], clientId: 'test' },
    groupId: 'group',
    topicSettings: { partitions: 1, replicationFactor: 1, retentionMs: 3_600_000 },
    unitOfWork: new Ledger(),
    ...testMetrics(),
    silenceMs: 20_000,
  });
  server.addHandler('topic', async () => undefined, true, handles(Counted));
  await server.listen(() => undefined);
  await server.whenJoined();
});

afterEach(async () => {
  signalGroup(kafka.pid as number, 'SIGCONT');
  await server.close();
  await kafka.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a broker that is frozen: it takes connections and answers nothing', () => {
  it('makes the consumer not ready, never not live, and it goes on when the broker does', async () => {
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
    expect(server.health()).toMatchObject({ status: 'down', detail: expect.stringContaining('Kafka is away') });
    signalGroup(kafka.pid as number, 'SIGCONT');
    await eventually(() => server.health().status === 'up', 'it has joined again', 30_000);
  });
});
