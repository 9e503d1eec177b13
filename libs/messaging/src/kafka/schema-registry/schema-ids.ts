import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import type { ComponentHealth } from '@orderflow/observability';
import type { EventClass } from '../../envelope/cloud-event.js';
import { headerOf, type OutgoingMessage } from '../../envelope/message.js';
import { schemaIdOf, SchemaRefused, type SchemaRegistryOptions, type SubjectSchema } from './schema-registry.js';
import { withSchemaId } from '../../envelope/wire-format.js';

/** A topic in which a service publishes events, with the class and, by type, the JSON Schema of each. */
export interface PublishedTopic {
  readonly name: string;
  readonly types: readonly EventClass[];
  readonly schemas: ReadonlyMap<string, object>;
}

/** The schema ids are not known yet, so no event can be published until the registry is reachable or an operator fixes it. */
export class SchemaIdsUnknown extends Error {
  override readonly name = 'SchemaIdsUnknown';
}

const AGAIN_AFTER_MS = 2_000;

/**
 * The ids of the published events' schemas in the schema registry. It requests them at start until it has all of them; after
 * that it needs no registry. Subjects are named by topic and record: `<topic>-<type>`.
 */
@Injectable()
export class SchemaIds implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('SchemaRegistry');
  private readonly ids = new Map<string, number>();
  private readonly wanted: readonly SubjectSchema[];
  private failure: Error | undefined;
  private readonly poller = new Poller(() => this.ask(), {
    intervalMs: AGAIN_AFTER_MS,
    onFailure: (error) => this.logger[error instanceof SchemaRefused ? 'error' : 'warn'](error.message),
  });

  /** @param registry if undefined, values are plain JSON */
  constructor(
    topics: readonly PublishedTopic[],
    private readonly registry: SchemaRegistryOptions | undefined,
  ) {
    this.wanted = registry ? topics.flatMap(subjectsOf) : [];
  }

  onApplicationBootstrap(): void {
    if (this.isComplete) return;
    this.poller.start();
    this.poller.wake();
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  /**
   * Puts events with a schema into Confluent wire format. Other messages, such as copies of dead letters, are unchanged.
   * @throws {SchemaIdsUnknown}
   */
  encode(messages: readonly OutgoingMessage[]): readonly OutgoingMessage[] {
    if (!this.isComplete)
      throw new SchemaIdsUnknown(this.failure?.message ?? 'the schema registry has not answered yet');
    return messages.map((message) => {
      const id = this.ids.get(subjectOf(message.topic, headerOf(message, 'ce_type') ?? ''));
      if (id === undefined || message.value === null) return message;
      return { ...message, value: withSchemaId(id, message.value) };
    });
  }

  /** Down if the registry refuses a schema, because such a version of the service must not be rolled out. */
  health(): ComponentHealth {
    const facts = { ids: Object.fromEntries(this.ids) };
    if (this.isComplete) return { status: 'up', facts };
    const status = this.failure instanceof SchemaRefused ? 'down' : 'degraded';
    return { status, detail: `events wait in the outbox: ${this.failure?.message ?? 'asking'}`, facts };
  }

  private get isComplete(): boolean {
    return this.ids.size === this.wanted.length;
  }

  private async ask(): Promise<void> {
    const { registry } = this;
    if (!registry) return;
    try {
      for (const wanted of this.wanted.filter(({ subject }) => !this.ids.has(subject))) {
        this.ids.set(wanted.subject, await schemaIdOf(wanted, registry));
      }
    } catch (error) {
      this.failure = error as Error;
      throw error;
    }
    void this.poller.stop();
    this.logger.log(`The schema registry knows all ${this.ids.size} schemas`);
  }
}

function subjectsOf({ name, schemas }: PublishedTopic): SubjectSchema[] {
  return [...schemas].map(([type, schema]) => ({ subject: subjectOf(name, type), schema }));
}

function subjectOf(topic: string, type: string): string {
  return `${topic}-${type}`;
}
