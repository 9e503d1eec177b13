import { Logger } from '@nestjs/common';
import { cutText } from '@orderflow/observability';

/** Of a topic: what others publish must not fill the memory of whoever skips it. */
const MAX_TYPES = 50;
const LONGEST_TYPE = 100;

/** Counts events of types that nobody here handles, and logs each type once. Bounded, whatever types there are. */
export class SkippedTypes {
  private readonly logger = new Logger('EventDispatcher');
  private readonly counted = new Map<string, number>();
  /** How many types of a topic are counted by their names. */
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
