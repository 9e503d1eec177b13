import { Module } from '@nestjs/common';
import { RenderNotification } from './render-notification.js';

@Module({ providers: [RenderNotification], exports: [RenderNotification] })
export class TemplatesModule {}
