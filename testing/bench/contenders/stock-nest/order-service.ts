import { Body, Controller, Inject, Module, Post } from '@nestjs/common';
import { ClientKafka, Ctx, EventPattern, Payload } from '@nestjs/microservices';
import pg from 'pg';
import { uuidv7 } from '../uuid.ts';
import { headersOf, publish, type Order } from './events.ts';
import { ReadyController } from './ready.controller.ts';
import { database, publisher, PUBLISHER, run } from './run.ts';

const INSERT = 'INSERT INTO orders (order_id, customer_id, items, total_amount) VALUES ($1, $2, $3, $4)';
const DECIDE = `UPDATE orders SET status = $2 WHERE order_id = $1 AND status = 'PENDING'`;

@Controller('orders')
class OrdersController {
  @Inject(pg.Pool) private readonly pool!: pg.Pool;
  @Inject(PUBLISHER) private readonly client!: ClientKafka;

  @Post()
  async place(@Body() body: Omit<Order, 'orderId'>) {
    const order = { orderId: uuidv7(), ...body };
    await this.pool.query(INSERT, [order.orderId, order.customerId, JSON.stringify(order.items), order.totalAmount]);
    await publish(this.client, 'order-events', 'ORDER_CREATED', order);
    return { ...order, status: 'PENDING' };
  }

  @EventPattern('inventory-events')
  async decide(@Payload() { orderId }: Order, @Ctx() context: unknown) {
    const { ce_type } = headersOf(context);
    await this.pool.query(DECIDE, [orderId, ce_type === 'INVENTORY_RESERVED' ? 'CONFIRMED' : 'REJECTED']);
  }
}

@Module({ imports: [publisher], controllers: [ReadyController, OrdersController], providers: [database] })
class OrderModule {}

await run(OrderModule, 'order-service');
