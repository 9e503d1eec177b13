import { Controller, Inject, Module } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import pg from 'pg';
import { headersOf, type Order } from './events.ts';
import { ReadyController } from './ready.controller.ts';
import { database, run } from './run.ts';

const INSERT =
  'INSERT INTO notifications (notification_id, order_id, type, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING';

@Controller()
class NotificationsController {
  @Inject(pg.Pool) private readonly pool!: pg.Pool;

  @EventPattern('order-events')
  onOrder(@Payload() order: Order, @Ctx() context: unknown) {
    return this.notify(order, context);
  }

  @EventPattern('inventory-events')
  onInventory(@Payload() order: Order, @Ctx() context: unknown) {
    return this.notify(order, context);
  }

  private async notify({ orderId, customerId }: Order, context: unknown) {
    const { ce_id, ce_type } = headersOf(context);
    await this.pool.query(INSERT, [ce_id, orderId, ce_type, `${customerId}: ${ce_type} of order ${orderId}`]);
  }
}

@Module({ controllers: [ReadyController, NotificationsController], providers: [database] })
class NotificationModule {}

await run(NotificationModule, 'notification-service');
