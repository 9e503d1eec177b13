import type { LoggerService, LogLevel } from '@nestjs/common';
import {
  destination as openDestination,
  type DestinationStream,
  type Level,
  type Logger,
  pino,
  stdTimeFunctions,
} from 'pino';
import { causeFields, onlyCause } from './cause.js';
import { pretty } from './pretty.js';
import { redact } from './redact.js';
import { type GatheringStream, writePerTurn } from './write-per-turn.js';

export type LogFormat = 'json' | 'pretty';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Stands on each line. */
  readonly service: string;
  /** Standard output unless given. */
  readonly destination?: LogDestination;
}

/** Where lines go; one that gathers them has `flushSync`. */
type LogDestination = DestinationStream & Partial<GatheringStream>;

const standardOutput = () => writePerTurn(openDestination({ dest: 1, sync: true }));

/** Nest's names of the levels, most severe first, and pino's, which stand on the lines. */
const LEVELS = {
  fatal: 'fatal',
  error: 'error',
  warn: 'warn',
  log: 'info',
  debug: 'debug',
  verbose: 'trace',
} as const satisfies Record<LogLevel, Level>;

export const LOG_LEVELS = Object.keys(LEVELS) as LogLevel[];

/** Written at once: it may be the last that the process says. */
const SEVERE: ReadonlySet<Level> = new Set(['fatal', 'error', 'warn']);

/** What Nest says of each module and route at start is of use only when the wiring is wrong: `debug`. */
const WIRING = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestMicroservice',
  'NestApplication',
]);

/**
 * The one logger, behind Nest's `new Logger('Context')`: a JSON object on each line (pino), or what people like to read.
 * `logger.log('Order confirmed', { orderId })` adds fields; a function that gives them is called only where the line is
 * written. A line that is written while one request or event is in hand says which by itself. Secrets and personal
 * data are taken out.
 *
 * The lines of one turn of the event loop are written together at its end; a warning or worse at once, with all before
 * it ({@link writePerTurn}).
 */
export class ServiceLogger implements LoggerService {
  private readonly pino: Logger;
  private readonly destination: LogDestination;

  constructor({ level, format, service, destination = standardOutput() }: LoggerOptions) {
    this.destination = destination;
    const write = (line: string) => destination.write(format === 'pretty' ? pretty(redact(line)) : redact(line));
    this.pino = pino(
      {
        level: LEVELS[level],
        base: { service },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      { write },
    );
  }

  get level(): LogLevel {
    return LOG_LEVELS.find((name) => LEVELS[name] === this.pino.level) ?? 'log';
  }

  /** From now on, until the process ends. */
  set level(level: LogLevel) {
    this.pino.level = LEVELS[level];
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(WIRING.has(rest.at(-1) as string) ? 'debug' : 'info', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** @param rest as Nest's `Logger` gives it: fields, a stack as text, and last where it comes from */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const texts = rest.filter((part) => typeof part === 'string');
    const fields = rest.map((part) => (typeof part === 'function' ? (part as () => unknown)() : part)).filter(isObject);
    const line = { context: texts.at(-1), ...causeFields(onlyCause()), ...Object.assign({}, ...fields) };
    if (texts.length > 1) line.stack = texts[0];
    this.pino[level](line, textOf(message));
    if (SEVERE.has(level)) this.destination.flushSync?.();
  }
}

function isObject(part: unknown): part is object {
  return typeof part === 'object' && part !== null;
}

function textOf(message: unknown): string {
  if (message instanceof Error) return message.stack ?? message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}
