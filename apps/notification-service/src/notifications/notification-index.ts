import type { IndexPage } from '@orderflow/postgres';
import { NOTIFICATION_STATUSES, NOTIFICATION_TYPES, type NotificationStatus } from './notification.js';

export interface NotificationFilter {
  readonly customerId?: string | undefined;
  readonly orderId?: string;
  readonly type?: string;
  readonly status?: NotificationStatus;
}

/** The types of which most orders cause one. */
const USUAL_TYPES = ['ORDER_CREATED', 'INVENTORY_RESERVED', 'ORDER_FULFILLED'];
/** The condition of the indexes `notifications_unusual` and `notifications_unusual_of_customer`. Usual notifications have no entry there. */
const UNUSUAL = `(type NOT IN (${USUAL_TYPES.map((type) => `'${type}'`).join(', ')}) OR status = 'FAILED')`;
/** The condition of the indexes `notifications_to_send` and `notifications_to_send_of_customer`. */
const PENDING = "status = 'PENDING'";

/** The index that answers a filter, and what remains to be searched for in it. An order has few notifications. */
export function indexFor(filter: NotificationFilter): Pick<IndexPage, 'leading' | 'partial' | 'where'> {
  const { customerId, orderId, type, status } = filter;
  const kind = { 'type =': type, 'status =': status };
  if (orderId !== undefined)
    return { leading: { order_id: [orderId] }, where: { 'customer_id =': customerId, ...kind } };
  const customer: IndexPage['leading'] = customerId === undefined ? {} : { customer_id: [customerId] };
  if (isUnusual(filter)) {
    const kinds = { type: type ? [type] : NOTIFICATION_TYPES, status: status ? [status] : NOTIFICATION_STATUSES };
    return { leading: { ...kinds, ...customer }, partial: UNUSUAL };
  }
  if (status === 'PENDING') return { leading: customer, partial: PENDING, where: { 'type =': type } };
  return { leading: customer, where: kind };
}

/** Whether all notifications that the filter admits satisfy {@link UNUSUAL}. */
function isUnusual({ type, status }: NotificationFilter): boolean {
  return (type !== undefined && !USUAL_TYPES.includes(type)) || status === 'FAILED';
}
