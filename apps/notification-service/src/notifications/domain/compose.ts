/** What a customer is told about, as the events say it. */
export type Occasion =
  | { readonly type: 'ORDER_CREATED'; readonly order: OrderFacts }
  | { readonly type: 'INVENTORY_RESERVED'; readonly order: OrderFacts }
  | { readonly type: 'INVENTORY_INSUFFICIENT'; readonly order: OrderFacts; readonly shortages: readonly Shortage[] }
  | { readonly type: 'ORDER_CANCELLED'; readonly order: OrderFacts; readonly reason?: string }
  | { readonly type: 'ORDER_FULFILLED'; readonly order: OrderFacts };

export type NotificationType = Occasion['type'];

export interface OrderFacts {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly { readonly itemId: string; readonly quantity: number }[];
}

export interface Shortage {
  readonly itemId: string;
  readonly requested: number;
  readonly available: number;
}

export interface Letter {
  readonly customerId: string;
  readonly orderId: string;
  readonly type: NotificationType;
  readonly subject: string;
  readonly body: string;
}

/** The words for an occasion, in plain text. */
export function compose(occasion: Occasion): Letter {
  const { type, order } = occasion;
  return { type, orderId: order.orderId, customerId: order.customerId, ...wordsFor(occasion) };
}

function wordsFor(occasion: Occasion): Pick<Letter, 'subject' | 'body'> {
  const { orderId, items } = occasion.order;
  const list = items.map(({ itemId, quantity }) => `${quantity} × ${itemId}`).join(', ');
  switch (occasion.type) {
    case 'ORDER_CREATED':
      return {
        subject: `We have your order ${orderId}`,
        body: `Thank you. You ordered ${list}. We check the stock and tell you.`,
      };
    case 'INVENTORY_RESERVED':
      return { subject: `Your order ${orderId} is confirmed`, body: `All is there and held for you: ${list}.` };
    case 'INVENTORY_INSUFFICIENT':
      return {
        subject: `We can’t deliver your order ${orderId}`,
        body: `Not everything is in stock${shortagesOf(occasion.shortages)}. Nothing is held, nothing is charged.`,
      };
    case 'ORDER_CANCELLED':
      return {
        subject: `Your order ${orderId} is cancelled`,
        body: `You will not get ${list}, and nothing is held for you any more.${because(occasion.reason)}`,
      };
    case 'ORDER_FULFILLED':
      return { subject: `Your order ${orderId} is on its way`, body: `It has left our house: ${list}.` };
  }
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : ` The reason given: ${reason}`;
}

/** Nothing where the event does not say what is short. */
function shortagesOf(shortages: readonly Shortage[]): string {
  const list = shortages.map(
    ({ itemId, requested, available }) => `${itemId} (${requested} ordered, ${available} available)`,
  );
  return list.length === 0 ? '' : `: ${list.join(', ')}`;
}
