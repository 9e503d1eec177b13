import { IsCursor, PageQuery } from '@orderflow/http';
import { POSITION } from '../position.js';

export class ListRejectedEventsQuery extends PageQuery {
  @IsCursor(POSITION)
  cursor?: string;
}
