/** An event of a stream, as the client of a browser gets it. */
export interface StreamEvent {
  readonly type: string;
  // Tests look at the fields that they expect.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
}

/** A client of a stream of server-sent events (HTML standard, section 9.2), which does not connect again by itself. */
export class EventSource {
  readonly events: StreamEvent[] = [];
  lastEventId: string | undefined;
  /** Resolves when the stream ends; rejects if its connection breaks. */
  readonly ended: Promise<void>;

  private constructor(
    body: ReadableStream<Uint8Array>,
    private readonly abort: AbortController,
  ) {
    this.ended = this.read(body);
    this.ended.catch(() => undefined);
  }

  /** Resolves when the stream has begun. */
  static async open(url: string, lastEventId?: string, token?: string): Promise<EventSource> {
    const abort = new AbortController();
    const headers = {
      accept: 'text/event-stream',
      ...(lastEventId && { 'last-event-id': lastEventId }),
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const { status, body } = await fetch(url, { headers, signal: abort.signal });
    if (status !== 200 || !body) throw new Error(`${url} responded with ${status}`);
    return new EventSource(body, abort);
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let unread = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const frames = (unread + text).split('\n\n');
      unread = frames.pop() ?? '';
      for (const frame of frames)
        this.take(new Map(frame.split('\n').map((line) => line.split(/: ?(.*)/s, 2) as [string, string])));
    }
  }

  private take(fields: ReadonlyMap<string, string>): void {
    this.lastEventId = fields.get('id') ?? this.lastEventId;
    const data = fields.get('data');
    if (data !== undefined) this.events.push({ type: fields.get('event') ?? 'message', data: JSON.parse(data) });
  }
}
