import { Controller, Get, Injectable, Module, Query, Req, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics, MetricsModule } from '@orderflow/observability';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHttpApp } from '../app/create-http-app.js';
import { type PreferredWait, WaitPreference } from '../protocol/prefer.js';
import { EventStreamRoute } from '../streams/event-stream-route.js';
import { type ChangeFollower, type ChangeSource, EventStreams } from '../streams/event-streams.js';
import { Parameters } from '../validation/validation.js';

export interface Item {
  readonly topic: string;
  readonly text: string;
}

/** News in memory, whose positions are their numbers. */
@Injectable()
export class News implements ChangeSource<Item> {
  users = 0;
  error: Error | undefined;
  readonly items: Item[] = [];
  private follower: ChangeFollower<Item> | undefined;

  follow(follower: ChangeFollower<Item>): void {
    this.follower = follower;
  }

  use(): () => void {
    this.users += 1;
    return () => void (this.users -= 1);
  }

  async caughtUp(): Promise<void> {
    if (this.error) throw this.error;
  }

  get position(): string {
    return String(this.items.length);
  }

  async between(after: string, upTo: string, filter: object): Promise<Item[] | undefined> {
    if (Number.isNaN(Number(after))) return undefined;
    const matches = (item: Item) =>
      Object.entries(filter).every(([member, value]) => value === undefined || item[member as keyof Item] === value);
    return this.items.slice(Number(after), Number(upTo)).filter(matches);
  }

  publish(...items: readonly Item[]): void {
    this.items.push(...items);
    this.follower?.onChanges(items, this.position);
  }

  loseSome(): void {
    this.follower?.onGap(this.position);
  }
}

class NewsQuery extends Parameters {
  @IsOptional()
  @IsIn(['sports', 'weather'])
  topic?: string;
}

@Injectable()
class NewsStreams extends EventStreams<Item> {
  constructor(news: News, metrics: Metrics) {
    super(news, metrics, { maxStreams: 3, filters: ['topic'] });
  }
}

/** The request that waits. */
export const waiting: { end?: (() => void) | undefined; hasHungUp: boolean } = { hasHungUp: false };

@Controller('news')
class NewsController {
  constructor(private readonly streams: NewsStreams) {}

  @Get('stream')
  @EventStreamRoute()
  follow(@Query() query: NewsQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.streams.open(request, reply, query);
  }

  @Get('next')
  async next(@WaitPreference() wait: PreferredWait | undefined): Promise<{ end: string }> {
    if (!wait) return { end: 'at once' };
    const end = await new Promise<string>((resolve) => {
      const begun = wait.begin(() => {
        waiting.hasHungUp = true;
        resolve('hung up');
      });
      waiting.end = () => {
        begun.end();
        resolve('waited');
      };
    });
    wait.apply();
    return { end };
  }
}

@Module({ imports: [MetricsModule], controllers: [NewsController], providers: [News, NewsStreams] })
class NewsModule {}

/** A small service with streams and requests that wait. */
export function createNews(): Promise<NestFastifyApplication> {
  return createHttpApp(NewsModule, {
    title: 'News',
    description: 'Informs.',
    logger: false,
    faults: { isUnavailable: (error) => (error as Error).message === 'unavailable', isOutcomeUnknown: () => false },
  });
}
