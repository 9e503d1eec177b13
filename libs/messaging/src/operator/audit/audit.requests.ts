import { IsCursor, PageQuery, UUID } from '@orderflow/http';

export class ListAuditQuery extends PageQuery {
  @IsCursor(UUID)
  cursor?: string;
}
