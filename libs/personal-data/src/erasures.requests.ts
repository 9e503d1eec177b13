import { ApiProperty } from '@nestjs/swagger';
import { Parameters } from '@orderflow/http';
import { IsOptional, Matches } from 'class-validator';

export class CustomerParameters extends Parameters {
  @ApiProperty({ example: 'CUST-123' })
  @Matches(/^[\x21-\x7e]{1,64}$/, { message: '$property must be 1 to 64 printable ASCII characters without spaces' })
  customerId!: string;
}

export class EraseCustomerRequest {
  @ApiProperty({
    example: 'erased-0b0e6d3e-8a49-4c53-9f0b-5d2f8f0f6a11',
    description:
      'What takes the place of the id; the same in each service, so that their books stay connected. A new one unless given',
  })
  @IsOptional()
  @Matches(/^erased-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, {
    message: '$property must be erased- and a UUID in lower case',
  })
  pseudonym?: string;
}
