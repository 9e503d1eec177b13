/** What a customer is notified of, with the data of the event. */
export type Occasion =
  | { readonly type: 'ORDER_CREATED'; readonly order: OrderFacts }
  | { readonly type: 'INVENTORY_RESERVED'; readonly order: OrderFacts }
  | { readonly type: 'INVENTORY_INSUFFICIENT'; readonly order: OrderFacts; readonly shortages: readonly Shortage[] }
  | { readonly type: 'ORDER_CANCELLED'; readonly order: OrderFacts; readonly reason?: string }
  | { readonly type: 'ORDER_PARTIALLY_FULFILLED'; readonly order: OrderFacts; readonly shipment: readonly OrderLine[] }
  | {
      readonly type: 'ORDER_FULFILLED';
      readonly order: OrderFacts;
      /** The last one, if the order was shipped in parts. */
      readonly shipment?: readonly OrderLine[];
      /** What was cancelled after other parts had been shipped. */
      readonly cancelled?: readonly OrderLine[];
      readonly reason?: string;
    };

export type NotificationType = Occasion['type'];

export interface OrderLine {
  readonly itemId: string;
  readonly quantity: number;
}

export interface OrderFacts {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly OrderLine[];
}

export interface Shortage {
  readonly itemId: string;
  readonly requested: number;
  readonly available: number;
}

/** A notification before it has an id, a channel and a status. */
export interface ComposedNotification {
  readonly customerId: string;
  readonly orderId: string;
  readonly type: NotificationType;
  readonly subject: string;
  readonly body: string;
}

/** Addresses the customer of the order; subject and body are plain text. */
export function composeNotification(occasion: Occasion): ComposedNotification {
  const { type, order } = occasion;
  return { type, orderId: order.orderId, customerId: order.customerId, ...textFor(occasion) };
}

function textFor(occasion: Occasion): Pick<ComposedNotification, 'subject' | 'body'> {
  const { orderId, items } = occasion.order;
  const list = listOf(items);
  switch (occasion.type) {
    case 'ORDER_CREATED':
      return {
        subject: `Thank you for your order ${orderId}`,
        body: `Thank you for ordering ${list}. We are checking our stock and will let you know shortly.`,
      };
    case 'INVENTORY_RESERVED':
      return {
        subject: `Your order ${orderId} is confirmed`,
        body: `Good news: everything is in stock and reserved for you: ${list}.`,
      };
    case 'INVENTORY_INSUFFICIENT':
      return {
        subject: `We are sorry, we cannot deliver your order ${orderId}`,
        body: `Unfortunately, not everything you ordered is in stock${shortagesOf(occasion.shortages)}. We have not reserved anything, and you will not be charged.`,
      };
    case 'ORDER_CANCELLED':
      return {
        subject: `Your order ${orderId} is cancelled`,
        body: `Your order of ${list} is cancelled, and we no longer reserve anything for you.${reasonText(occasion.reason)}`,
      };
    case 'ORDER_PARTIALLY_FULFILLED':
      return {
        subject: `A part of your order ${orderId} is on its way`,
        body: `A part of your order has left our warehouse and is on its way to you: ${listOf(occasion.shipment)}. The rest stays reserved for you.`,
      };
    case 'ORDER_FULFILLED':
      return occasion.cancelled
        ? restCancelled(orderId, occasion.cancelled, occasion.reason)
        : {
            subject: `Your order ${orderId} is on its way`,
            body: `Your order has left our warehouse and is on its way to you: ${occasion.shipment ? listOf(occasion.shipment) : list}.`,
          };
  }
}

function restCancelled(orderId: string, cancelled: readonly OrderLine[], reason: string | undefined) {
  return {
    subject: `The rest of your order ${orderId} is cancelled`,
    body: `What was left of your order is cancelled: ${listOf(cancelled)}. Everything else is on its way to you or has arrived.${reasonText(reason)}`,
  };
}

function listOf(lines: readonly OrderLine[]): string {
  return lines.map(({ itemId, quantity }) => `${quantity} × ${itemId}`).join(', ');
}

function reasonText(reason: string | undefined): string {
  return reason === undefined ? '' : ` Reason: ${reason}`;
}

/** Empty if the event does not name what is short. */
function shortagesOf(shortages: readonly Shortage[]): string {
  const list = shortages.map(
    ({ itemId, requested, available }) => `${itemId} (${requested} ordered, ${available} available)`,
  );
  return list.length === 0 ? '' : `: ${list.join(', ')}`;
}
