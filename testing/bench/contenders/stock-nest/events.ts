import type { ClientKafka, KafkaContext } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { uuidv7 } from '../uuid.ts';

export interface Order {
  orderId: string;
  customerId: string;
  items: { itemId: string; quantity: number }[];
  totalAmount: number;
}

interface Headers {
  ce_id: string;
  ce_type: string;
}

/** @param context of a handler */
export const headersOf = (context: unknown) => (context as KafkaContext).getMessage().headers as unknown as Headers;

/** After the commit: a crash between the two loses the event. */
export const publish = (client: ClientKafka, topic: string, type: string, order: Order) =>
  firstValueFrom(
    client.emit(topic, { key: order.orderId, value: order, headers: { ce_id: uuidv7(), ce_type: type } }),
    { defaultValue: undefined },
  );
