import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { type Rule, Satisfies } from './rule.js';
import { Validator, validatorOf } from './validator.js';

const EVEN: Rule<number> = {
  name: 'isEven',
  type: 'number',
  schema: { type: 'integer' },
  check: (value) => value % 2 === 0,
  message: '$property must be even',
};

let looked = 0;
const COUNTED: Rule<number> = {
  name: 'isCounted',
  type: 'number',
  schema: { type: 'integer' },
  check: () => (looked += 1) > 0,
  message: '$property is counted',
};

class Line {
  @IsInt()
  @Min(1)
  @Max(9)
  quantity!: number;

  @IsOptional()
  @Satisfies(COUNTED)
  counted?: number;
}

class Basket {
  @IsString()
  @Length(1, 8)
  @Matches(/\S/, { message: '$property must not be blank' })
  @Matches(/^[^#]*$/, { message: '$property must not contain #' })
  name!: string;

  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];

  @IsOptional()
  @Satisfies(EVEN)
  size?: number;

  @IsIn(['red', 'blue'])
  colour: string = 'red';
}

const good = { name: 'b', lines: [{ quantity: 1 }] };
const strict = validatorOf(Basket, { unknownMembers: 'refuse' });
const lenient = validatorOf(Basket, { unknownMembers: 'drop' });

/** A value that counts how often somebody looks at one of its members. */
function watched(object: object): { value: object; looks: () => number } {
  let looks = 0;
  const value = new Proxy(object, {
    get: (target, name) => ((looks += 1), Reflect.get(target, name)),
    getOwnPropertyDescriptor: (target, name) => ((looks += 1), Reflect.getOwnPropertyDescriptor(target, name)),
  });
  return { value, looks: () => looks };
}

describe('a value', () => {
  it('that is valid becomes an instance, with the defaults of the class', () => {
    expect(strict.violationsOf(good)).toEqual([]);
    const basket = strict.instanceOf(good);
    expect(basket).toBeInstanceOf(Basket);
    expect(basket).toMatchObject({ ...good, colour: 'red' });
  });

  it.each<[string, object, string, string]>([
    ['a missing member', { name: undefined }, '#/name', 'name is missing'],
    ['a missing inner member', { lines: [{}] }, '#/lines/0/quantity', 'quantity is missing'],
    ['another type', { name: 7 }, '#/name', 'name must be a string'],
    ['a list for an object', { lines: [[]] }, '#/lines/0', 'lines[0] must be an object'],
    ['a list of lists of what is valid', { lines: [[{ quantity: 1 }]] }, '#/lines/0', 'lines[0] must be an object'],
    ['null for an object', { lines: [null] }, '#/lines/0', 'lines[0] must be an object'],
    ['an object for a list', { lines: {} }, '#/lines', 'lines must be a list'],
    [
      'a number out of its bounds',
      { lines: [{ quantity: 10 }] },
      '#/lines/0/quantity',
      'quantity must not be greater than 9',
    ],
    ['a fraction', { lines: [{ quantity: 1.5 }] }, '#/lines/0/quantity', 'quantity must be an integer number'],
    ['a broken pattern', { name: ' ' }, '#/name', 'name must not be blank'],
    ['a second broken pattern', { name: 'a#' }, '#/name', 'name must not contain #'],
    ['two reasons in one place', { name: '#'.repeat(9) }, '#/name', 'name must have at most 8 characters'],
    ['a broken rule', { size: 3 }, '#/size', 'size must be even'],
    ['none of the values', { colour: 'green' }, '#/colour', 'colour must be one of red, blue'],
    ['null where the class has a value', { colour: null }, '#/colour', 'colour must be one of red, blue'],
    ['too long a list', { lines: Array(101).fill(null) }, '#/lines', 'lines must have at most 100 entries'],
  ])('with %s has a violation with its pointer', (_, change, pointer, detail) => {
    expect(strict.violationsOf({ ...good, ...change })).toEqual([{ pointer, detail }]);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__proto__', 'a/b~'])(
    'with a member %s that the class does not know is refused, or loses it',
    (name) => {
      const value = () => JSON.parse(JSON.stringify({ ...good, later: 1 }).replace('later', name)) as object;
      const pointer = `#/${name.replace('~', '~0').replace('/', '~1')}`;
      expect(strict.violationsOf(value())).toEqual([{ pointer, detail: `property ${name} should not exist` }]);
      const read = value();
      expect(lenient.violationsOf(read)).toEqual([]);
      expect(Object.keys(read)).toEqual(['name', 'lines']);
    },
  );

  it('may have null where a member is optional', () => {
    expect(strict.violationsOf({ ...good, size: null })).toEqual([]);
  });

  it('gets all of its violations, at most fifty, with long names cut', () => {
    const lines = Array.from({ length: 100 }, () => ({ quantity: 'x', counted: 'y' }));
    expect(strict.violationsOf({ ...good, lines })).toHaveLength(50);
    const [violation] = strict.violationsOf({ ...good, ['n'.repeat(60_000)]: 1 });
    expect(JSON.stringify(violation).length).toBeLessThan(600);
  });

  it.each([
    ['refuse', strict, 200],
    ['drop', lenient, 10_100], // each has to be looked at once to be dropped
  ] as const)(
    'with ten thousand unknown members, to %s, is not looked at more than it must be',
    (mode, validator, most) => {
      const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`unknown${n}`, n]));
      for (const wrong of [{}, { name: 7 }]) {
        const { value, looks } = watched({ ...many, ...good, ...wrong });
        const unknown = mode === 'refuse' ? 50 : 0;
        expect(validator.violationsOf(value)).toHaveLength(Math.min(50, unknown + Object.keys(wrong).length));
        expect(looks()).toBeLessThan(most);
      }
    },
  );

  it('with unknown members in each entry of a list gets fifty violations', () => {
    const line = { ...Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`unknown${n}`, n])), quantity: 1 };
    const value = { ...good, lines: Array.from({ length: 100 }, () => ({ ...line })) };
    expect(strict.violationsOf(value)).toHaveLength(50);
    expect(lenient.violationsOf(value)).toEqual([]);
    expect(value.lines.map((each) => Object.keys(each).length)).toEqual(Array(100).fill(1));
  });

  it('is not checked beyond the limit of a list', () => {
    const lines = Array.from({ length: 101 }, () => ({ quantity: 1, counted: 1 }));
    looked = 0;
    expect(strict.violationsOf({ ...good, lines })).toEqual([
      { pointer: '#/lines', detail: 'lines must have at most 100 entries' },
    ]);
    expect(looked).toBe(0);
  });
});

it('a decorator without a JSON Schema fails when the validator is constructed', () => {
  class Letter {
    @IsEmail()
    to!: string;
  }
  expect(() => new Validator(Letter, { unknownMembers: 'drop' })).toThrow(
    'Letter.to: there is no JSON Schema for the rule isEmail',
  );
});
