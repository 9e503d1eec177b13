import { ServiceConfig } from '@orderflow/config';

export class NotificationServiceConfig extends ServiceConfig {
  override port = 3003;
  override kafkaClientId = 'notification-service';
  override kafkaGroupId = 'notification-service';
}
