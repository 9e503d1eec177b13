import { type BeforeApplicationShutdown, ServiceUnavailableException } from '@nestjs/common';
import type { Counter, Metrics } from '@orderflow/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasConnection } from '../protocol/connection-limits.js';
import { pauseTiming } from '../protocol/request-timing.js';
import { type ChangeFilter, channelOf, channelsOf } from './channels.js';
import { eventFrame, joinFrames } from './event-frame.js';
import { EventStream } from './event-stream.js';
import { Places } from './places.js';

/** Where events come from, such as a `ChangeFeed` of `@orderflow/postgres`. */
export interface ChangeSource<Change> {
  follow(follower: ChangeFollower<Change>): void;
  use(): () => void;
  caughtUp(): Promise<void>;
  readonly position: string | undefined;
  between(after: string, upTo: string, filter: object): Promise<readonly Change[] | undefined>;
}

export interface ChangeFollower<Change> {
  onChanges(changes: readonly Change[], position: string | undefined): void;
  onGap(position: string | undefined): void;
}

export interface EventStreamsOptions<Change> {
  /** Further streams get a 503, and so do those beyond the share of one caller. */
  readonly maxStreams: number;
  /** The members of a change by which a stream can be filtered. */
  readonly filters: readonly (keyof Change & string)[];
}

/** What a client asks for that has been here before. */
interface Missing<Change> {
  readonly lastEventId: string | string[] | undefined;
  /** Up to which. */
  readonly position: string | undefined;
  readonly filter: ChangeFilter<Change>;
  readonly connection: { readonly destroyed: boolean };
}

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // nginx
};
const HEARTBEAT_MS = 15_000;
const COMMENT = Buffer.from(':\n');
/** The clients of a replica that stops connect to another one, but not all at once. */
const RETRY_MS = { least: 1_000, most: 3_000 };
/** The longest time that a timer can wait. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const RESET = {
  event: 'reset',
  data: { detail: 'Earlier changes may be missing here: read the list, then continue with the events that follow' },
};

/**
 * Streams of server-sent events, one for each change, with filters, `Last-Event-ID` and heartbeats. A change is delivered at
 * least once, or a `reset` says that some may be missing. It is serialised once, however many streams there are. A stream ends
 * when the token of its request expires. One class extends this for each source.
 */
export abstract class EventStreams<Change extends object> implements BeforeApplicationShutdown {
  private readonly channels = new Map<string, Set<EventStream>>();
  private readonly slowReaders: Counter;
  private readonly places: Places;
  private isClosing = false;
  private heartbeat: NodeJS.Timeout | undefined;
  /** What clients have missed is read one after another, so that many who connect again at once do not take the database. */
  private lastRead: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly source: ChangeSource<Change>,
    metrics: Metrics,
    private readonly options: EventStreamsOptions<Change>,
  ) {
    this.places = new Places(options.maxStreams);
    source.follow({
      onChanges: (changes, position) => this.publish(changes, position),
      onGap: (id) => this.sendToAll(eventFrame({ ...RESET, id })),
    });
    metrics.gauge({ name: 'event_streams_open', help: 'Open streams of server-sent events' }, () => this.places.taken);
    this.slowReaders = metrics.counter({
      name: 'event_streams_slow_readers_total',
      help: 'Streams that were closed because their client did not read fast enough',
    });
  }

  /**
   * Responds with a stream: what has been committed since `Last-Event-ID`, or since now, and what follows.
   * @throws 503 if there are too many streams, or the application shuts down
   */
  async open(request: FastifyRequest, reply: FastifyReply, filter: ChangeFilter<Change>): Promise<void> {
    if (request.method === 'HEAD') return void reply.headers(HEADERS).send();
    if (!hasConnection(reply))
      throw new ServiceUnavailableException('A stream needs a connection on which no other response is outstanding');
    const giveBack = this.isClosing ? undefined : this.places.take(request.caller);
    if (!giveBack)
      throw new ServiceUnavailableException('Too many streams are open; try again later, or at another replica');
    const channel = channelOf(filter, this.options.filters);
    const stream = new EventStream(reply.raw, () => this.slowReaders.inc());
    const release = this.source.use();
    reply.raw.once('close', () => {
      giveBack();
      release();
      this.leave(channel, stream);
    });
    await this.source.caughtUp();
    if (reply.raw.destroyed) return;
    const { position } = this.source;
    this.join(channel, stream);
    const missing = { lastEventId: request.headers['last-event-id'], position, filter, connection: reply.raw };
    stream.begin(await this.firstFrames(missing));
    if (this.isClosing) stream.end();
    else endWithToken(stream, request, reply);
    pauseTiming(request);
    void reply.headers(HEADERS).send(stream.body);
  }

  beforeApplicationShutdown(): void {
    this.isClosing = true;
    clearInterval(this.heartbeat);
    for (const stream of this.all()) stream.end();
  }

  private join(channel: string, stream: EventStream): void {
    const streams = this.channels.get(channel) ?? new Set();
    this.channels.set(channel, streams.add(stream));
    this.heartbeat ??= setInterval(() => this.sendHeartbeat(), HEARTBEAT_MS).unref();
  }

  private leave(channel: string, stream: EventStream): void {
    const streams = this.channels.get(channel);
    streams?.delete(stream);
    if (streams?.size === 0) this.channels.delete(channel);
  }

  /** What comes before the changes behind `position`. */
  private async firstFrames(missing: Missing<Change>): Promise<Buffer> {
    const { lastEventId, position } = missing;
    const retry = eventFrame({ retry: Math.round(RETRY_MS.least + Math.random() * (RETRY_MS.most - RETRY_MS.least)) });
    if (lastEventId === undefined) return Buffer.concat([retry, eventFrame({ id: position })]);
    const missed = position && (await this.missedSince(String(lastEventId), position, missing));
    if (!missed) return Buffer.concat([retry, eventFrame({ ...RESET, id: position })]);
    const frames = missed.map((data) => eventFrame({ data }));
    return Buffer.concat([retry, joinFrames(frames, position), eventFrame({ id: position })]);
  }

  /** One read at a time; none for a client that has gone meanwhile. */
  private missedSince(
    lastEventId: string,
    position: string,
    { filter, connection }: Missing<Change>,
  ): Promise<readonly Change[] | undefined> {
    const read = this.lastRead.then(() =>
      connection.destroyed ? [] : this.source.between(lastEventId, position, filter),
    );
    this.lastRead = read.catch(() => undefined);
    return read;
  }

  private publish(changes: readonly Change[], position: string | undefined): void {
    const frames = new Map<string, Buffer[]>();
    for (const change of changes) {
      let frame: Buffer | undefined;
      for (const channel of channelsOf(change, this.options.filters)) {
        if (!this.channels.has(channel)) continue;
        frame ??= eventFrame({ data: change });
        const some = frames.get(channel);
        if (some) some.push(frame);
        else frames.set(channel, [frame]);
      }
    }
    for (const [channel, some] of frames) {
      const joined = joinFrames(some, position);
      for (const stream of this.channels.get(channel) ?? []) stream.send(joined);
    }
  }

  private sendHeartbeat(): void {
    this.sendToAll(Buffer.concat([COMMENT, eventFrame({ id: this.source.position })]));
  }

  private sendToAll(frame: Buffer): void {
    for (const stream of this.all()) stream.send(frame);
  }

  private all(): EventStream[] {
    return [...this.channels.values()].flatMap((streams) => [...streams]);
  }
}

function endWithToken(stream: EventStream, { caller }: FastifyRequest, { raw }: FastifyReply): void {
  if (caller?.expiresAt === undefined) return;
  const leftMs = Math.max(0, Math.min(caller.expiresAt - Date.now(), MAX_TIMEOUT_MS));
  const timeout = setTimeout(() => stream.end(), leftMs).unref();
  raw.once('close', () => clearTimeout(timeout));
}
