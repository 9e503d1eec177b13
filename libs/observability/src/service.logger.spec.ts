import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { causedBy } from './cause.js';
import { type LogFormat, ServiceLogger } from './service.logger.js';
import { writePerTurn } from './write-per-turn.js';

const trace = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };

function loggerTo(lines: string[], format: LogFormat = 'json') {
  const destination = { write: (line: string) => void lines.push(line) };
  return new ServiceLogger({ level: 'log', format, service: 'shop', destination });
}

afterEach(() => Logger.overrideLogger(true));

/** What is said through Nest's logger. */
function said(work: (logger: Logger, own: ServiceLogger) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const own = loggerTo(lines);
  Logger.overrideLogger(own);
  work(new Logger('Orders'), own);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('ServiceLogger', () => {
  it('writes what Nest’s logger is given as a JSON object on a line', () => {
    const [line] = said((logger) => logger.log('Order confirmed', { orderId: 'o-1' }));
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      service: 'shop',
      context: 'Orders',
      orderId: 'o-1',
      msg: 'Order confirmed',
    });
  });

  it('keeps the stack of an error on its line', () => {
    const [line] = said((logger) => logger.error('broken', new Error('inside').stack));
    expect(line).toMatchObject({
      level: 'error',
      context: 'Orders',
      msg: 'broken',
      stack: expect.stringContaining('inside'),
    });
  });

  it('says which request or event is in hand, where it is one', () => {
    const lines = said((logger) => {
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

  it('takes secrets out', () => {
    const lines = said((logger) =>
      logger.warn('cannot reach postgres://u:s3cr3t@db/shop', { email: 'anna@example.com' }),
    );
    expect(JSON.stringify(lines)).not.toMatch(/s3cr3t|anna/);
  });

  it('writes what the level lets through, also when it changes', () => {
    const lines = said((logger, own) => {
      logger.debug('too small');
      own.level = 'verbose';
      logger.verbose('small');
      own.level = 'error';
      logger.warn('too small now');
    });
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([['trace', 'small']]);
  });

  it.each(['warn', 'error', 'fatal'] as const)('writes %s at once, with all that was said before', (level) => {
    const written: string[] = [];
    const destination = writePerTurn({ write: (text) => void written.push(text) });
    const logger = new ServiceLogger({ level: 'log', format: 'json', service: 'shop', destination });
    logger.log('Order placed');
    expect(written).toEqual([]);
    logger[level]('broken');
    expect(written).toEqual([expect.stringMatching(/Order placed.*\n.*broken.*\n$/)]);
  });

  it('takes what Nest says of its wiring as debug', () => {
    expect(said(() => new Logger('RouterExplorer').log('Mapped {/orders, GET} route'))).toEqual([]);
  });

  it('writes for people where it is to', () => {
    const lines: string[] = [];
    loggerTo(lines, 'pretty').log('Order Service running on port 3001', { orderId: 'o-1' }, 'Order Service');
    // eslint-disable-next-line no-control-regex
    const plain = lines.join('').replaceAll(/\u001b\[\d+m/g, '');
    expect(plain).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {2}\[Order Service\] Order Service running on port 3001 orderId=o-1\n$/,
    );
  });
});
