import { Controller, Get } from '@nestjs/common';

@Controller()
export class ReadyController {
  @Get('health/ready')
  ready() {
    return {};
  }
}
