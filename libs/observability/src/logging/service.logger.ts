import type { LoggerService, LogLevel } from '@nestjs/common';
import { type Level, type Logger, pino, stdTimeFunctions } from 'pino';
import { isSuspicious, redactText } from '../redaction/redact-text.js';
import { redactValue } from '../redaction/redact-value.js';
import { causeFields, onlyCause } from '../tracing/cause.js';
import { areSmall, fieldsAmong, type LineFields, messageOf } from './line-fields.js';
import { LineOutput } from './line-output.js';
import { pretty } from './pretty.js';

export type LogFormat = 'json' | 'pretty';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** The service's name, on each line. */
  readonly service: string;
  /** Standard output unless given. */
  readonly output?: Output;
}

type Output = Pick<LineOutput, 'write'> & Partial<LineOutput>;

/** Nest's names of the levels, most severe first, and pino's, which are on the lines. */
const LEVELS = {
  fatal: 'fatal',
  error: 'error',
  warn: 'warn',
  log: 'info',
  debug: 'debug',
  verbose: 'trace',
} as const satisfies Record<LogLevel, Level>;

export const LOG_LEVELS = Object.keys(LEVELS) as LogLevel[];

/** Written at once: it may be the last line of the process. */
const SEVERE: ReadonlySet<Level> = new Set(['fatal', 'error', 'warn']);

/** Nest's lines about each module and route at start are logged as `debug`. */
const WIRING = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestMicroservice',
  'NestApplication',
]);

/**
 * The logger behind Nest's `new Logger('Context')`: one JSON object per line (pino), or a format for people.
 * `logger.log('Order confirmed', { orderId })` adds fields; a function that returns fields is called only if the line is
 * written. A line that is written while one request or event is handled contains its ids. Secrets and personal data are
 * redacted, and long, deep or wide values are cut ({@link redactValue}).
 *
 * Logging never throws: an unreadable value or a line that cannot be written is dropped.
 *
 * The lines of one turn of the event loop are written together at its end; a warning or worse is written at once, with the
 * lines before it. A reader that is too slow loses lines, and delays nothing ({@link LineOutput}).
 */
export class ServiceLogger implements LoggerService {
  private readonly pino: Logger;
  private readonly format: LogFormat;
  private readonly output: Output;
  /** The last line, as formatted by pino. */
  private formatted = '';

  constructor({ level, format, service, output }: LoggerOptions) {
    this.format = format;
    this.output = output ?? new LineOutput((lines) => this.tellDropped(lines));
    this.pino = pino(
      {
        level: LEVELS[level],
        base: { service },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      { write: (line) => void (this.formatted = line) },
    );
  }

  get level(): LogLevel {
    return LOG_LEVELS.find((name) => LEVELS[name] === this.pino.level) ?? 'log';
  }

  /** Takes effect until the process exits. The change is logged, whatever the level is before and after. */
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

  /** @param rest the arguments of Nest's `Logger`: fields, a stack as text, and the context last */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    try {
      const line = this.lineOf(level, fieldsAmong(rest, causeFields(onlyCause())), messageOf(message));
      this.output.write(this.format === 'pretty' ? pretty(line) : line);
      if (SEVERE.has(level)) this.output.flush?.();
    } catch {
      // There is nowhere to report that logging fails.
    }
  }

  private tellDropped(lines: number): void {
    this.warn(`${lines} log lines were dropped: the reader of standard output is too slow`, 'Log');
  }

  /** Most lines are small and contain nothing suspicious: for them, one look at the whole line is enough. */
  private lineOf(level: Level, fields: LineFields, message: string): string {
    if (areSmall(fields, message)) {
      this.pino[level](fields, message);
      if (!isSuspicious(this.formatted)) return this.formatted;
    }
    this.pino[level](redactValue(fields) as object, redactText(message));
    return this.formatted;
  }
}
