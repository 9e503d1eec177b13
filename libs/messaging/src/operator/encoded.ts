import { ApiProperty } from '@nestjs/swagger';
import type { restoreHeaders } from '../envelope/stored-headers.js';
import { type Encoding, readable } from './readable.js';

const ENCODINGS: Encoding[] = ['utf8', 'base64'];
export const Encoded = () =>
  ApiProperty({
    enum: ENCODINGS,
    nullable: true,
    description: '`base64` if the bytes are not UTF-8; null if there are none',
  });
export const Text = (description?: string) =>
  ApiProperty({ type: String, nullable: true, ...(description && { description }) });

export class HeaderResponse {
  @ApiProperty()
  name!: string;

  @Text()
  value!: string | null;

  @Encoded()
  encoding!: Encoding | null;
}

/** Of a member that is withheld from some callers. */
export const NULL_WITHOUT_SCOPE = 'null without the scope `payloads:read`';

export const HeaderList = () =>
  ApiProperty({
    type: [HeaderResponse],
    nullable: true,
    description: `A header that occurs several times has several entries; ${NULL_WITHOUT_SCOPE}`,
  });

export function toHeaders(headers: ReturnType<typeof restoreHeaders>): HeaderResponse[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => toHeader(name, value as Buffer | null)),
  );
}

function toHeader(name: string, value: Buffer | null): HeaderResponse {
  const bytes = value && readable(value);
  return { name, value: bytes?.text ?? null, encoding: bytes?.encoding ?? null };
}
