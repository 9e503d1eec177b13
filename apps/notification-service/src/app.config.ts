import { ServiceConfig, Variable } from '@orderflow/service';
import { IsInt, Max, Min } from 'class-validator';

export class NotificationServiceConfig extends ServiceConfig {
  override port = 3003;
  override kafkaClientId = 'notification-service';
  override kafkaGroupId = 'notification-service';

  @Variable('DELIVERY_MAX_ATTEMPTS', {
    description: 'Attempts to send a notification through e-mail or webhook before it is FAILED',
  })
  @IsInt()
  @Min(1)
  @Max(1_000)
  deliveryMaxAttempts: number = 24;

  @Variable('DELIVERY_FIRST_DELAY_MS', {
    description: 'Delay before the second attempt, in milliseconds; each further delay is twice as long',
  })
  @IsInt()
  @Min(1)
  @Max(3_600_000)
  deliveryFirstDelayMs: number = 1_000;

  @Variable('DELIVERY_MAX_DELAY_MS', {
    description: 'Longest delay between attempts to send a notification, in milliseconds',
  })
  @IsInt()
  @Min(1)
  @Max(86_400_000)
  deliveryMaxDelayMs: number = 3_600_000;

  @Variable('WEBHOOK_DISABLE_AFTER_HOURS', {
    description: 'A webhook to which nothing could be sent for so many hours is disabled',
  })
  @IsInt()
  @Min(1)
  @Max(8_760)
  webhookDisableAfterHours: number = 72;
}
