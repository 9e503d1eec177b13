import { describe, expect, it } from '@jest/globals';
import { breaksOf } from './compatibility.js';
import type { JsonSchema } from '@orderflow/schema';

const string: JsonSchema = { type: 'string' };
const closed = (properties: Record<string, JsonSchema>, required: string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const open = (properties: Record<string, JsonSchema>, required: string[] = []): JsonSchema => ({
  ...closed(properties, required),
  additionalProperties: true,
});

describe('A schema can read what was written before, unless', () => {
  it.each<[string, JsonSchema, JsonSchema, string[]]>([
    ['', closed({ a: string }), closed({ a: string, b: string }), []],
    ['', closed({ a: string }, ['a']), closed({ a: string }), []],
    ['', open({ a: string, b: string }), open({ a: string }), []],
    ['', closed({ a: string }), open({ a: string }), []],
    ['', { type: 'integer' }, { type: 'number' }, []],
    ['', string, { type: ['string', 'null'] }, []],
    ['', { enum: ['a'] }, { enum: ['a', 'b'] }, []],
    ['', { minimum: 1, maxItems: 3 }, { minimum: 0, maxItems: 4 }, []],
    ['', { minimum: 1, pattern: 'x', $comment: 'isIso8601' }, {}, []],
    ['a field is demanded', closed({ a: string }), closed({ a: string }, ['a']), ['#/a: REQUIRED_ATTRIBUTE_ADDED']],
    [
      'a demanded field is new',
      closed({}),
      closed({ a: string }, ['a']),
      ['#/a: REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL'],
    ],
    ['a field was anything', open({}), open({ a: string }), ['#/a: PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL']],
    ['a field is refused', closed({ a: string }), closed({}), ['#/a: PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL']],
    ['others are refused', open({}), closed({}), ['#: ADDITIONAL_PROPERTIES_REMOVED']],
    ['a type is another', string, { type: 'integer' }, ['#: TYPE_CHANGED']],
    ['a type is narrower', { type: 'number' }, { type: 'integer' }, ['#: TYPE_NARROWED']],
    ['null is refused', { type: ['string', 'null'] }, string, ['#: TYPE_NARROWED']],
    ['a type is new', {}, string, ['#: TYPE_NARROWED']],
    ['a choice is gone', { enum: ['a', 'b'] }, { enum: ['a'] }, ['#: ENUM_ARRAY_NARROWED']],
    ['a choice is new', {}, { enum: ['a'] }, ['#: ENUM_ARRAY_CHANGED']],
    ['a minimum is new', {}, { minimum: 0 }, ['#: MINIMUM_ADDED']],
    ['a minimum is raised', { minimum: 0 }, { minimum: 1 }, ['#: MINIMUM_INCREASED']],
    ['a maximum is new', {}, { maximum: 1 }, ['#: MAXIMUM_ADDED']],
    ['a maximum is lowered', { maximum: 2 }, { maximum: 1 }, ['#: MAXIMUM_DECREASED']],
    ['a text must be longer', { minLength: 0 }, { minLength: 1 }, ['#: MIN_LENGTH_INCREASED']],
    ['a text must be shorter', { maxLength: 9 }, { maxLength: 8 }, ['#: MAX_LENGTH_DECREASED']],
    ['a list must be longer', { minItems: 0 }, { minItems: 1 }, ['#: MIN_ITEMS_INCREASED']],
    ['a list must be shorter', { maxItems: 9 }, { maxItems: 8 }, ['#: MAX_ITEMS_DECREASED']],
    ['a pattern is new', {}, { pattern: 'x' }, ['#: PATTERN_ADDED']],
    ['a pattern is another', { pattern: 'x' }, { pattern: 'y' }, ['#: PATTERN_CHANGED']],
    ['a rule of the class is new', {}, { $comment: 'arrayUnique' }, ['#: RULE_ADDED (arrayUnique)']],
    ['an entry breaks', { items: {} }, { items: { minimum: 0 } }, ['#/items: MINIMUM_ADDED']],
  ])('%s (case %#)', (_, then, now, breaks) => {
    expect(breaksOf(then, now)).toEqual(breaks);
  });
});
