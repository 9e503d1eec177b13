import { ApiProperty } from '@nestjs/swagger';
import { IsId } from '@orderflow/events';
import { Parameters } from '@orderflow/http';
import { type Rule, Satisfies, SatisfiesAsWhole } from '@orderflow/schema';
import { IsIn, IsOptional, Length, Matches } from 'class-validator';
import { EMAIL_ADDRESS, MAX_ADDRESS_LENGTH } from '../channels/email/email-address.js';
import { LABEL, LAST_LABEL } from '../channels/host-name.js';
import type { NotificationType } from '../notifications/domain/compose-notification.js';
import { NOTIFICATION_TYPES } from '../notifications/notification.js';
import { type Language, LANGUAGES } from './contact.js';

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const HOST = `(?:(?:${LABEL}\\.)*${LAST_LABEL}|${OCTET}(?:\\.${OCTET}){3})`;
const PORT = ':(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})';
const URL_PATTERN = new RegExp(`^https?://${HOST}(?:${PORT})?(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?$`);

const BASE64 = '[A-Za-z0-9+/]';
/** 24 to 64 bytes. */
const SECRET = new RegExp(
  `^whsec_(?:${BASE64}{4}){8,20}(?:${BASE64}{4}|${BASE64}{3}=|(?:${BASE64}{4})?${BASE64}{2}==)?$`,
);

/** Which Punycode is right, versions of Node see differently. */
const PARSEABLE: Rule<string> = {
  name: 'isParseableUrl',
  type: 'string',
  schema: {},
  check: (url) => URL.canParse(url),
  message: '$property must be a URL',
};

const EVENT_TYPES: Rule<readonly unknown[]> = {
  name: 'areNotificationTypes',
  type: 'array',
  schema: { type: 'array', items: { enum: NOTIFICATION_TYPES }, minItems: 1, uniqueItems: true },
  check: () => true,
  message: `$property must name types of notifications, each once`,
};

const REACHABLE: Rule<PutContactRequest, undefined> = {
  name: 'isReachable',
  type: 'object',
  schema: {
    anyOf: [
      { required: ['webhookUrl'], properties: { webhookUrl: { type: 'string' } } },
      { required: ['email'], properties: { email: { type: 'string' }, webhookSecret: { type: 'null' } } },
    ],
  },
  check: ({ email, webhookUrl, webhookSecret }) => webhookUrl != null || (email != null && webhookSecret == null),
  message: 'give email, webhookUrl, or both; webhookSecret needs webhookUrl',
};

export class ContactParameters extends Parameters {
  @ApiProperty({ example: 'CUST-123' })
  @IsId()
  customerId!: string;
}

@SatisfiesAsWhole(REACHABLE)
export class PutContactRequest {
  @ApiProperty({ example: 'anna@example.com', description: 'Without an internationalised part' })
  @IsOptional()
  @Length(3, MAX_ADDRESS_LENGTH)
  @Matches(EMAIL_ADDRESS, { message: '$property must be an e-mail address such as anna@example.com' })
  email?: string | null;

  @ApiProperty({
    example: 'https://shop.example/orderflow',
    description:
      'https, without user, password and fragment. A private address, and http, need WEBHOOK_ALLOW_PRIVATE_NETWORKS; an IPv6 address needs a name',
  })
  @IsOptional()
  @Length(10, 2_048)
  @Matches(URL_PATTERN, {
    message: '$property must be an address such as https://shop.example/path, without user, password and fragment',
  })
  @Satisfies(PARSEABLE)
  webhookUrl?: string | null;

  @ApiProperty({
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    description:
      '`whsec_` and 24 to 64 bytes in base64. Without it, the webhook keeps its secret or gets a new one. After a change, messages are signed with both secrets for 24 hours',
  })
  @IsOptional()
  @Matches(SECRET, { message: '$property must be whsec_ followed by 24 to 64 bytes in base64' })
  webhookSecret?: string | null;

  @ApiProperty({ description: 'The types of notifications that the customer wants; all unless given' })
  @IsOptional()
  @Satisfies(EVENT_TYPES)
  events?: NotificationType[] | null;

  @ApiProperty({ description: 'The language of the notifications' })
  @IsIn(LANGUAGES)
  language: Language = 'en';
}
