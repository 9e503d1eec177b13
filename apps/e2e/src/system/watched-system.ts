import { rmSync } from 'node:fs';
import type { Kafka } from 'kafkajs';
import { openAccess } from '../../../../testing/chaos/access/open-access.ts';
import { checkAll } from '../../../../testing/chaos/checks/index.ts';
import { connect, Shop } from '../../../../testing/chaos/clients/shop.ts';
import { Databases } from '../../../../testing/chaos/observer/database.ts';
import { collectEvidence } from '../../../../testing/chaos/observer/collect-evidence.ts';
import { connectTo, withAdmin } from '../../../../testing/kafka/connect.ts';
import { whenQuiet } from '../../../../testing/chaos/observer/quiet.ts';
import { Witness } from '../../../../testing/chaos/observer/witness.ts';
import type { Replica } from '../../../../testing/chaos/system/replica.ts';
import { System } from '../../../../testing/chaos/system/system.ts';
import { temporaryFolder } from '../../../../tools/stack/temporary-folder.mjs';
import { eventually } from './eventually.js';

export type { Replica };

export interface WatchedSystemOptions {
  /** Number of replicas of each service. */
  readonly replicas: number;
  readonly ordersPerSecond: number;
}

const PATIENCE_MS = 180_000;
const SEED = 5;

/** The chaos harness's system, clients and witness: orders are placed, cancelled and fulfilled while a test runs. */
export class WatchedSystem {
  readonly kafka: Kafka;
  readonly databases: Databases;
  private readonly witness: Witness;
  private readonly access: ReturnType<typeof openAccess>;
  private readonly shop: Shop;
  private readonly startedAt = Date.now();

  private constructor(
    readonly system: System,
    private readonly folder: string,
    ordersPerSecond: number,
  ) {
    this.kafka = connectTo(system.bootstrap);
    this.databases = new Databases(system.urlOfDatabase);
    this.witness = new Witness(this.kafka);
    const urlsOf = (service: string) => system.of(service).map(({ url }) => url);
    this.access = openAccess(system);
    this.shop = new Shop({
      seed: SEED,
      rate: ordersPerSecond,
      orderUrls: urlsOf('order-service'),
      inventoryUrls: urlsOf('inventory-service'),
      as: this.access.as(connect()),
    });
  }

  /** Resolves when the system is ready and its clients are working. */
  static async start({ replicas, ordersPerSecond }: WatchedSystemOptions): Promise<WatchedSystem> {
    const folder = temporaryFolder();
    const watched = new WatchedSystem(
      await System.prepare({ folder, replicas, brokers: 1, hasDisks: false }),
      folder,
      ordersPerSecond,
    );
    await watched.system.start();
    watched.witness.start();
    await watched.shop.open();
    return watched;
  }

  /** Waits until `count` more orders are accepted. */
  async whenAccepted(count: number): Promise<void> {
    const { counts } = this.shop.book;
    const enough = counts.accepted + count;
    await eventually(`${count} more orders are accepted`, () => counts.accepted >= enough);
  }

  /** The replica's ids as a member of its group, as the broker sees it now. */
  async membershipsOf({ service, name }: Replica): Promise<string[]> {
    const { groups } = await withAdmin(this.kafka, (admin) => admin.describeGroups([service]));
    const members = groups[0]?.members ?? [];
    return members.filter(({ clientId }) => clientId === name).map(({ memberId }) => memberId);
  }

  /**
   * Stops the clients, waits until the system is idle, and checks all guarantees against the evidence of clients, databases
   * and Kafka: nothing lost, nothing handled twice, nothing out of order, no dead letter, no process that exited by itself.
   * @returns the violations
   */
  async violations(): Promise<string[]> {
    await this.system.whenReady();
    await this.shop.close();
    const { system, databases, kafka, witness } = this;
    const left = await whenQuiet({ databases, kafka, witness, patienceMs: PATIENCE_MS });
    const { book } = this.shop;
    const story = { fault: 'story', details: { durationMs: 0 }, from: this.startedAt, to: Date.now() };
    const evidence = await collectEvidence({ book, databases, kafka, witness, system, faults: [story], span: story });
    const violated = checkAll(evidence).map(({ check, what, story }) => `${check}: ${what}: ${story}`);
    return [...left, ...violated];
  }

  async stop(): Promise<void> {
    await this.shop.close();
    this.access.close();
    await this.witness.stop();
    await this.databases.close();
    await this.system.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
