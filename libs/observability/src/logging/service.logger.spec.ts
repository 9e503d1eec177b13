import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { causedBy } from '../tracing/cause.js';
import { LineOutput } from './line-output.js';
import { type LogFormat, ServiceLogger } from './service.logger.js';

const trace = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };

function loggerTo(lines: string[], format: LogFormat = 'json') {
  const output = { write: (line: string) => void lines.push(line) };
  return new ServiceLogger({ level: 'log', format, service: 'shop', output });
}

function fail(): never {
  throw new Error('no');
}

function circle(): object {
  const it: Record<string, unknown> = {};
  it['self'] = it;
  return it;
}

afterEach(() => Logger.overrideLogger(true));

/** The lines that are logged through Nest's logger. */
function logged(work: (logger: Logger, own: ServiceLogger) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const own = loggerTo(lines);
  Logger.overrideLogger(own);
  work(new Logger('Orders'), own);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('ServiceLogger', () => {
  it('writes a JSON object per line for Nest’s logger', () => {
    const [line] = logged((logger) => logger.log('Order confirmed', { orderId: 'o-1' }));
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      service: 'shop',
      context: 'Orders',
      orderId: 'o-1',
      msg: 'Order confirmed',
    });
  });

  it.each([
    ['log', 'fatal'],
    ['fatal', 'error'],
    ['error', 'verbose'],
  ] as const)('leaves a line when its level goes from %s to %s', (former, level) => {
    const lines = logged((_, own) => {
      own.level = former;
      own.level = level;
    });
    expect(lines.at(-1)).toMatchObject({
      level: 'warn',
      context: 'Log',
      msg: `The log level was ${former} and is ${level} now`,
    });
  });

  it('keeps the stack of an error on its line', () => {
    const [line] = logged((logger) => logger.error('broken', new Error('inside').stack));
    expect(line).toMatchObject({
      level: 'error',
      context: 'Orders',
      msg: 'broken',
      stack: expect.stringContaining('inside'),
    });
  });

  it('adds the ids of the current request or event, if it is a single one', () => {
    const lines = logged((logger) => {
      causedBy({ trace }, () => logger.log('of a request'));
      causedBy(new Map([['o-1', { eventId: 'e-1', trace }]]), () => logger.log('of an event'));
      causedBy(
        new Map([
          ['o-1', { eventId: 'e-1' }],
          ['o-2', {}],
        ]),
        () => logger.log('of many'),
      );
    });
    expect(lines.map(({ eventId, trace_id }) => [eventId, trace_id])).toEqual([
      [undefined, '1'.repeat(32)],
      ['e-1', '1'.repeat(32)],
      [undefined, undefined],
    ]);
  });

  it('redacts secrets', () => {
    const lines = logged((logger) =>
      logger.warn('cannot reach postgres://u:s3cr3t@db/shop', { email: 'anna@example.com' }),
    );
    expect(JSON.stringify(lines)).not.toMatch(/s3cr3t|anna/);
  });

  it('keeps line breaks next to redacted text', () => {
    const [line] = logged((logger) => logger.warn('line 1\nanna@example.com\nBearer s3cr3ts3cr3t', { password: 12 }));
    expect(line).toMatchObject({ msg: 'line 1\n[email]\nBearer [redacted]', password: '[redacted]' });
  });

  it('limits long, deep and wide values', () => {
    const lines: string[] = [];
    loggerTo(lines).log('x'.repeat(400_000), {
      orderId: 'y'.repeat(400_000),
      list: Array.from({ length: 100_000 }, () => 'z'.repeat(1_000)),
    });
    loggerTo(lines).log('x', Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`m${n}`, 'y'.repeat(2_000)])));
    expect(lines.length).toBe(2);
    expect(lines[1]?.length).toBeLessThan(20_480);
    expect(lines[0]?.length).toBeLessThan(32_768);
    expect(JSON.parse(lines[0] as string)).toMatchObject({ orderId: expect.stringContaining('(400000 characters)') });
  });

  it.each<[string, unknown]>([
    ['a getter that throws', Object.defineProperty({}, 'a', { enumerable: true, get: fail })],
    ['a lazy function that throws', fail],
    ['a number beyond JSON', { a: 1n }],
    ['a circle', circle()],
    ['a toJSON that throws', { a: { toJSON: fail } }],
    ['a member __proto__', JSON.parse('{"__proto__":{"toJSON":1}}')],
    ['a member __proto__ that is nothing but traps', { ['__proto__']: new Proxy({}, { get: fail }) }],
    ['an object that is nothing but traps', new Proxy({}, { ownKeys: fail, get: fail })],
  ])('writes its line even with %s', (_, fields) => {
    for (const format of ['json', 'pretty'] as const) {
      const lines: string[] = [];
      loggerTo(lines, format).log('Order placed', fields);
      expect(lines).toEqual([expect.stringContaining('Order placed')]);
    }
  });

  it('writes a message that is not a text', () => {
    const messages = [undefined, null, 1n, circle(), Object.create(null)];
    expect(logged((logger) => messages.forEach((message) => logger.log(message))).length).toBe(messages.length);
  });

  it.each(['log', 'error'] as const)('does not throw if its output does (%s)', (level) => {
    const logger = new ServiceLogger({ level: 'log', format: 'json', service: 'shop', output: { write: fail } });
    const gathering = { write: () => undefined, flush: fail };
    const other = new ServiceLogger({ level: 'log', format: 'json', service: 'shop', output: gathering });
    expect(() => logger[level]('x')).not.toThrow();
    expect(() => other[level]('x')).not.toThrow();
  });

  it('sends no control sequences to a terminal', () => {
    const lines: string[] = [];
    const evil = '\u001b]0;gotcha\u0007\u009b2J\r\n12:00:00.000 INFO forged';
    loggerTo(lines, 'pretty').error(evil, { [evil]: evil, inside: { evil } }, evil, evil);
    // eslint-disable-next-line no-control-regex
    const plain = lines.join('').replaceAll(/\u001b\[\d+m/g, '');
    // eslint-disable-next-line no-control-regex
    expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(plain).not.toMatch(/^12:00:00.000 INFO forged/m);
  });

  it('writes the lines that the level allows, also after it changes', () => {
    const lines = logged((logger, own) => {
      logger.debug('too small');
      own.level = 'verbose';
      logger.verbose('small');
      own.level = 'error';
      logger.warn('too small now');
    });
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['warn', 'The log level was log and is verbose now'],
      ['trace', 'small'],
      ['warn', 'The log level was verbose and is error now'],
    ]);
  });

  it.each(['warn', 'error', 'fatal'] as const)('writes %s at once, with all lines before it', (level) => {
    const written: string[] = [];
    const output = new LineOutput(undefined, (bytes) => written.push(String(bytes)) && bytes.length);
    const logger = new ServiceLogger({ level: 'log', format: 'json', service: 'shop', output });
    logger.log('Order placed');
    expect(written).toEqual([]);
    logger[level]('broken');
    expect(written).toEqual([expect.stringMatching(/Order placed.*\n.*broken.*\n$/)]);
  });

  it('logs Nest’s lines about modules and routes as debug', () => {
    expect(logged(() => new Logger('RouterExplorer').log('Mapped {/orders, GET} route'))).toEqual([]);
  });

  it('writes a format for people if configured', () => {
    const lines: string[] = [];
    loggerTo(lines, 'pretty').log('Order Service running on port 3001', { orderId: 'o-1' }, 'Order Service');
    // eslint-disable-next-line no-control-regex
    const plain = lines.join('').replaceAll(/\u001b\[\d+m/g, '');
    expect(plain).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {2}\[Order Service\] Order Service running on port 3001 orderId=o-1\n$/,
    );
  });
});
