import type { JsonSchema } from '@orderflow/schema';

type Bound = 'minimum' | 'maximum' | 'minLength' | 'maxLength' | 'minItems' | 'maxItems';

const BOUNDS: readonly (readonly [Bound, string])[] = [
  ['minimum', 'MINIMUM'],
  ['maximum', 'MAXIMUM'],
  ['minLength', 'MIN_LENGTH'],
  ['maxLength', 'MAX_LENGTH'],
  ['minItems', 'MIN_ITEMS'],
  ['maxItems', 'MAX_ITEMS'],
];

/**
 * Why a reader with schema `now` might not read what was written with `then`: BACKWARD compatibility by the rules and
 * names of Confluent's schema registry, one line per reason: `<field>: <RULE>`. `RULE_ADDED` is our own, for what only
 * the class can check.
 */
export function breaksOf(then: JsonSchema, now: JsonSchema, field = '#'): string[] {
  return [
    ...typeBreaks(then, now),
    ...BOUNDS.flatMap(([bound, name]) => boundBreaks(then[bound], now[bound], name)),
    ...patternBreaks(then, now),
    ...enumBreaks(then, now),
    ...rulesIn(now)
      .filter((rule) => !rulesIn(then).includes(rule))
      .map((rule) => `RULE_ADDED (${rule})`),
  ]
    .map((rule) => `${field}: ${rule}`)
    .concat(propertyBreaks(then, now, field), itemBreaks(then, now, field));
}

function typeBreaks(then: JsonSchema, now: JsonSchema): string[] {
  if (now.type === undefined) return [];
  if (then.type === undefined) return ['TYPE_NARROWED'];
  const written = [then.type].flat();
  const read = [now.type].flat();
  const lost = written.filter((type) => !read.includes(type) && !(type === 'integer' && read.includes('number')));
  if (lost.length === 0) return [];
  const narrowed = lost.length < written.length || (lost[0] === 'number' && read.includes('integer'));
  return [narrowed ? 'TYPE_NARROWED' : 'TYPE_CHANGED'];
}

function boundBreaks(then: number | undefined, now: number | undefined, name: string): string[] {
  if (now === undefined || now === then) return [];
  if (then === undefined) return [`${name}_ADDED`];
  if (name.startsWith('MIN')) return now > then ? [`${name}_INCREASED`] : [];
  return now < then ? [`${name}_DECREASED`] : [];
}

function patternBreaks(then: JsonSchema, now: JsonSchema): string[] {
  if (now.pattern === undefined || now.pattern === then.pattern) return [];
  return [then.pattern === undefined ? 'PATTERN_ADDED' : 'PATTERN_CHANGED'];
}

function enumBreaks(then: JsonSchema, now: JsonSchema): string[] {
  if (now.enum === undefined) return [];
  if (then.enum === undefined) return ['ENUM_ARRAY_CHANGED'];
  return then.enum.every((value) => now.enum?.includes(value)) ? [] : ['ENUM_ARRAY_NARROWED'];
}

function propertyBreaks(then: JsonSchema, now: JsonSchema, field: string): string[] {
  const before = then.properties ?? {};
  const after = now.properties ?? {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const own = isOpen(then) && !isOpen(now) ? [`${field}: ADDITIONAL_PROPERTIES_REMOVED`] : [];
  return own.concat(
    names.flatMap((name) => {
      const path = `${field}/${name}`;
      const required = now.required?.includes(name) === true;
      const [old, fresh] = [before[name], after[name]];
      if (!old) return addedBreaks(isOpen(then), required).map((rule) => `${path}: ${rule}`);
      if (!fresh) return isOpen(now) ? [] : [`${path}: PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL`];
      const demanded = required && !then.required?.includes(name) ? [`${path}: REQUIRED_ATTRIBUTE_ADDED`] : [];
      return [...demanded, ...breaksOf(old, fresh, path)];
    }),
  );
}

function addedBreaks(open: boolean, required: boolean): string[] {
  if (open) return ['PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL'];
  return required ? ['REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL'] : [];
}

function itemBreaks(then: JsonSchema, now: JsonSchema, field: string): string[] {
  return now.items ? breaksOf(then.items ?? {}, now.items, `${field}/items`) : [];
}

function isOpen(schema: JsonSchema): boolean {
  return schema.additionalProperties !== false;
}

function rulesIn({ $comment }: JsonSchema): string[] {
  return $comment?.split(', ') ?? [];
}
