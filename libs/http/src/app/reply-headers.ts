/** Lets a handler set headers of its response, for `@Res({ passthrough: true })`. */
export interface ReplyHeaders {
  header(name: string, value: string): unknown;
}
