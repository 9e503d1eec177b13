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
import { areSmall, fieldsAmong, type LineFields, messageOf } from './line-fields.js';
import { pretty } from './pretty.js';
import { isSuspicious, redactText } from './redact-text.js';
import { redactValue } from './redact-value.js';
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

/** An output that breaks, such as a pipe whose reader is gone, takes its lines with it, not the process. */
function standardOutput(): LogDestination {
  return writePerTurn(openDestination({ dest: 1, sync: true }).on('error', () => undefined));
}

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
 * data are taken out, and what is long, deep or wide is cut ({@link redactValue}).
 *
 * Logging never throws: what cannot be read or written is left out.
 *
 * The lines of one turn of the event loop are written together at its end; a warning or worse at once, with all before
 * it ({@link writePerTurn}).
 */
export class ServiceLogger implements LoggerService {
  private readonly pino: Logger;
  private readonly format: LogFormat;
  private readonly destination: LogDestination;
  /** What pino has made of the last line. */
  private made = '';

  constructor({ level, format, service, destination = standardOutput() }: LoggerOptions) {
    this.format = format;
    this.destination = destination;
    this.pino = pino(
      {
        level: LEVELS[level],
        base: { service },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      { write: (line) => void (this.made = line) },
    );
  }

  get level(): LogLevel {
    return LOG_LEVELS.find((name) => LEVELS[name] === this.pino.level) ?? 'log';
  }

  /** From now on, until the process ends. A line says so, whatever the level is before and after. */
  set level(level: LogLevel) {
    const former = this.level;
    this.pino.level = LEVELS.warn;
    this.warn(`The log level was ${former} and is ${level} now`, 'Log');
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
    try {
      const line = this.lineOf(level, fieldsAmong(rest, causeFields(onlyCause())), messageOf(message));
      this.destination.write(this.format === 'pretty' ? pretty(line) : line);
      if (SEVERE.has(level)) this.destination.flushSync?.();
    } catch {
      // There is nowhere to say that nothing can be said.
    }
  }

  /** Most lines are small and hold nothing suspicious: for them, looking at the line as a whole is enough. */
  private lineOf(level: Level, fields: LineFields, message: string): string {
    if (areSmall(fields, message)) {
      this.pino[level](fields, message);
      if (!isSuspicious(this.made)) return this.made;
    }
    this.pino[level](redactValue(fields) as object, redactText(message));
    return this.made;
  }
}
