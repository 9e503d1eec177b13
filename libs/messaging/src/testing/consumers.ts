import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import type { EventClass } from '../envelope/cloud-event.js';
import type { EventPatternExtras } from '../consume/dispatch/event-dispatcher.js';
import { PUBLISHED_TOPICS } from '../kafka/kafka.module.js';
import type { PublishedTopic } from '../kafka/schema-registry/schema-ids.js';

/** An `@EventPattern(topic, handles(…))` method. */
export interface Handler {
  readonly consumer: Type;
  readonly method: string;
  readonly topic: string;
  readonly events: ReadonlyMap<string, EventClass>;
}

type Module = Type | DynamicModule;

/** The event handlers of a module and its imports, as Nest finds them; does not start the module. */
export function handlersIn(module: Module): Handler[] {
  return modulesIn(module)
    .flatMap((each) => partsOf<Type>(each, 'controllers'))
    .flatMap((consumer) => Object.getOwnPropertyNames(consumer.prototype).map((method) => ({ consumer, method })))
    .flatMap(({ consumer, method }) => {
      const handle: object = consumer.prototype[method];
      const [topic] = (Reflect.getMetadata('microservices:pattern', handle) as string[] | undefined) ?? [];
      const extras = Reflect.getMetadata('microservices:pattern_extras', handle) as EventPatternExtras | undefined;
      return topic && extras ? [{ consumer, method, topic, events: extras.events }] : [];
    });
}

/** The topics that a service publishes its events to. */
export function publishedIn(module: Module): readonly PublishedTopic[] {
  const providers = modulesIn(module).flatMap((each) =>
    partsOf<{ provide?: unknown; useValue?: unknown }>(each, 'providers'),
  );
  const published = providers.find(({ provide }) => provide === PUBLISHED_TOPICS);
  return (published?.useValue ?? []) as readonly PublishedTopic[];
}

function modulesIn(module: Module): Module[] {
  return [module, ...partsOf<Module>(module, 'imports').flatMap(modulesIn)];
}

function partsOf<Part>(module: Module, kind: 'imports' | 'controllers' | 'providers'): Part[] {
  const own = 'module' in module ? [...((module[kind] as Part[] | undefined) ?? [])] : [];
  const type = 'module' in module ? module.module : module;
  return [...own, ...((Reflect.getMetadata(kind, type) as Part[] | undefined) ?? [])];
}
