import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProduces, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import { extendRouteConfig } from '@orderflow/auth';

/** For a `GET` handler that opens one of the {@link EventStreams}. */
export const EventStreamRoute = () =>
  applyDecorators(
    extendRouteConfig({ mediaTypes: ['text/event-stream'] }),
    ApiProduces('text/event-stream'),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description:
        'The last `id` that you have got: the stream begins with what you have missed since, or with the event `reset`',
      schema: { type: 'string' },
    }),
    ApiOkResponse({
      schema: {}, // of the whole body, which is endless; the description of the operation says what an event holds
      description: 'Server-sent events; comments show that the connection works',
    }),
    ApiServiceUnavailableResponse({ description: 'Too many streams are open here; try again after `Retry-After`' }),
  );
