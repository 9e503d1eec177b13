/** What a handler may do to its reply beside the body, for `@Res({ passthrough: true })`. */
export interface ReplyHeaders {
  header(name: string, value: string): unknown;
}
