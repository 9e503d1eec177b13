import { Inject, Injectable } from '@nestjs/common';
import { PUBLISHED_TOPICS } from '../kafka/kafka.module.js';
import { type PublishedTopic } from '../kafka/schema-registry/schema-ids.js';
import { type Validator, validatorOf } from '@orderflow/schema';

/** The service created an event that its consumers would reject, which is a bug. Nothing is written. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
  readonly code = 'EVENT_INVALID';
}

/** Validates the events that a service publishes against their declared classes, so that consumers can rely on them. */
@Injectable()
export class EventContracts {
  private readonly validators: ReadonlyMap<string, Validator<object>>;

  constructor(@Inject(PUBLISHED_TOPICS) topics: readonly PublishedTopic[]) {
    this.validators = new Map(
      topics.flatMap(({ name, types }) =>
        types.map((type) => [nameOf(name, type.type), validatorOf(type, { unknownMembers: 'refuse' })] as const),
      ),
    );
  }

  /** @throws {InvalidEvent} if the data violates its class, or the service does not publish this type to this topic */
  assertValid({ topic, type, data }: { readonly topic: string; readonly type: string; readonly data: object }): void {
    const validator = this.validators.get(nameOf(topic, type));
    if (!validator) throw new InvalidEvent(`${type} is not declared as an event that is published to ${topic}`);
    const violations = validator.violationsOf(data);
    if (violations.length === 0) return;
    const reasons = violations.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
    throw new InvalidEvent(`${type} breaks its own contract: ${reasons}`);
  }
}

function nameOf(topic: string, type: string): string {
  return `${topic} ${type}`;
}
