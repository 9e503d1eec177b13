import type { EventClass } from './topic.js';

/** The events of some classes as the transport hands them over: a union that a `switch` on `type` narrows. */
export type TypedEvent<Class extends EventClass> = Class extends EventClass
  ? { readonly type: Class['type']; readonly data: InstanceType<Class> }
  : never;

/**
 * The `default` of a `switch` over the events that a consumer names in `handles(…)`: a class without a case does not compile.
 * @throws for an event of any other type, which the transport never hands over
 */
export function unhandledEvent(event: never): never {
  throw new Error(`There is no case for events of type ${(event as { type: string }).type}`);
}
