import { Module } from '@nestjs/common';
import { ChangeItem } from './change-item.js';
import { CreateItem } from './create-item.js';
import { AdjustStock } from './ledger/adjust-stock.js';
import { MovementsController } from './ledger/movements.controller.js';
import { MovementsRepository } from './ledger/movements.repository.js';
import { StockController } from './stock.controller.js';
import { StockRepository } from './stock.repository.js';

@Module({
  controllers: [StockController, MovementsController],
  providers: [AdjustStock, ChangeItem, CreateItem, MovementsRepository, StockRepository],
})
export class StockModule {}
