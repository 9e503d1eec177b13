import { ServiceConfig, Variable } from '@orderflow/service';
import { IsBoolean, IsInt, IsOptional, Matches, Max, Min, ValidateIf } from 'class-validator';
import { IsSender, IsSmtpUrl } from './channels/email/email.rules.js';

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

  @Variable('WEBHOOK_ENCRYPTION_KEY', {
    description:
      'Encrypts the secrets of webhooks: 32 bytes in base64. Of several, separated by commas, the first encrypts and all decrypt. No webhooks unless set',
    secret: true,
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9+/]{43}=$/, {
    each: true,
    message: '$property must be 32 bytes in base64 (openssl rand -base64 32), several separated by commas',
  })
  webhookEncryptionKey?: string[];

  @Variable('WEBHOOK_ALLOW_PRIVATE_NETWORKS', {
    description: 'Whether webhooks may have addresses that are not public, and use http',
  })
  @IsBoolean()
  webhookAllowPrivateNetworks: boolean = false;

  @Variable('WEBHOOK_TIMEOUT_SECONDS', { description: 'Seconds that one attempt to send to a webhook may take' })
  @IsInt()
  @Min(1)
  @Max(15)
  webhookTimeoutSeconds: number = 10;

  @Variable('SMTP_URL', {
    description: 'The mail server, as smtp://user:password@host:port or smtps://…; no e-mail unless set; a secret',
    secret: true,
  })
  @IsOptional()
  @IsSmtpUrl()
  smtpUrl?: string;

  @Variable('SMTP_ALLOW_CLEARTEXT', {
    description: 'Whether mail may go unencrypted to an smtp:// server that offers no STARTTLS',
  })
  @IsBoolean()
  smtpAllowCleartext: boolean = false;

  @Variable('EMAIL_FROM', {
    description: 'Sender of e-mail, as orders@shop.example or Shop <orders@shop.example>; required with SMTP_URL',
  })
  @ValidateIf(({ smtpUrl, emailFrom }: NotificationServiceConfig) => smtpUrl !== undefined || emailFrom !== undefined)
  @IsSender()
  emailFrom?: string;

  @Variable('NOTIFICATION_RETENTION_DAYS', {
    description: 'How long notifications are kept after they were written, in days; for ever unless set',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(36_500)
  notificationRetentionDays?: number;
}
