import { Module } from '@nestjs/common';
import { CreateItem } from './create-item.js';
import { StockController } from './stock.controller.js';
import { StockRepository } from './stock.repository.js';

@Module({
  controllers: [StockController],
  providers: [CreateItem, StockRepository],
})
export class StockModule {}
