export interface EventFrame {
  /** How long the client waits before it connects again. */
  readonly retry?: number;
  /** What the client sends as `Last-Event-ID` when it connects again. */
  readonly id?: string | undefined;
  /** `message` unless given. */
  readonly event?: string;
  /** Sent as JSON. A frame without data is no event to the client, which only remembers the id. */
  readonly data?: unknown;
}

/** A frame of `text/event-stream` (HTML standard, section 9.2). */
export function eventFrame({ retry, id, event, data }: EventFrame): Buffer {
  const fields = Object.entries({ retry, id, event, data: data && JSON.stringify(data) });
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`]));
  return Buffer.from(`${lines.join('')}\n`);
}

/** Frames in their order, of which the last gets an id: a client that connects again gets all of them again, or none. */
export function joinFrames(frames: readonly Buffer[], id: string | undefined): Buffer {
  const last = frames.length - 1;
  return Buffer.concat(
    frames.flatMap((frame, n) => (n === last && id !== undefined ? [Buffer.from(`id: ${id}\n`), frame] : [frame])),
  );
}
