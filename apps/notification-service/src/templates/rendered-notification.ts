/** What a channel sends, in the customer's language. */
export interface RenderedNotification {
  /** One line. */
  readonly subject: string;
  /** Plain text. */
  readonly body: string;
  /** For `email`: the HTML. For `webhook`: the body of the request (JSON), as it is signed. For `log`: null. */
  readonly content: string | null;
}
