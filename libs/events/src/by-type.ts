import type { EventType } from './topic.js';

/** A function for each of some event classes, by their types. */
export type EventCases<Event extends EventType, Result> = {
  readonly [Each in Event as Each['type']]: (data: InstanceType<Each>) => Result;
};

/** An event as the transport hands it over. */
export interface TypedEvent<Event extends EventType> {
  readonly type: string;
  readonly data: InstanceType<Event>;
}

/**
 * Maps events by their class: `byType(CLASSES)<Result>({ … })`. A class of `events` without a case does not compile. (A
 * chain of `instanceof` would: classes with the same fields are one type to TypeScript, so that it takes any further
 * class for its last one.)
 * @param events those that the consumer names in `handles(…)`
 * @returns what makes a mapping of the cases, which throws for an event whose type has none
 */
export function byType<Events extends readonly EventType[]>(events: Events) {
  return <Result>(cases: EventCases<Events[number], Result>): ((event: TypedEvent<Events[number]>) => Result) => {
    const known = new Map<string, (data: never) => Result>(
      events.map(({ type }) => [type, cases[type as keyof typeof cases] as (data: never) => Result]),
    );
    return ({ type, data }) => {
      const use = known.get(type);
      if (!use) throw new Error(`There is no case for events of type ${type}`);
      return use(data as never);
    };
  };
}
