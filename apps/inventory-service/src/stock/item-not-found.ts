import { NotFoundException } from '@nestjs/common';

export const itemNotFound = (itemId: string) => new NotFoundException(`There is no item ${itemId}`);
