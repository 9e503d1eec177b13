import { Logger } from '@nestjs/common';
import { cutText } from '@orderflow/observability';

/** Per topic. Bounds the memory, since other services choose the types. */
const MAX_TYPES = 50;
const LONGEST_TYPE = 100;

/** Counts events whose type has no handler here, and logs each type once. Its memory is bounded. */
export class SkippedTypes {
  private readonly logger = new Logger('EventDispatcher');
  private readonly counted = new Map<string, number>();
  /** How many types of a topic are counted by name. */
  private readonly typesOf = new Map<string, number>();

  /** Events by topic and type since the process started; beyond 50 types of a topic as `other`. */
  get counts(): ReadonlyMap<string, number> {
    return this.counted;
  }

  count(topic: string, type: string): void {
    const name = this.nameOf(topic, cutText(type, LONGEST_TYPE));
    if (!this.counted.has(name)) this.logger.log(`${name} is not handled here: events of it are skipped and counted`);
    this.counted.set(name, (this.counted.get(name) ?? 0) + 1);
  }

  private nameOf(topic: string, type: string): string {
    const name = `${topic} ${type}`;
    if (this.counted.has(name)) return name;
    const types = this.typesOf.get(topic) ?? 0;
    if (types === MAX_TYPES) return `${topic} other`;
    this.typesOf.set(topic, types + 1);
    return name;
  }
}
