/** Controls (C0, C1, DEL), what is invisible or turns the direction of writing, and further separators of lines. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const INDENT = '\n    ';

/**
 * A text as a terminal may show it: an escape sequence (ESC, OSC, CSI) stands there as `\u001b…` and does nothing. Line
 * breaks and tabs remain; what follows a line break is indented, so that it cannot pass for a line of the log.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, (control) => {
    if (control === '\n') return INDENT;
    return control === '\t' ? control : `\\u${(control.codePointAt(0) as number).toString(16).padStart(4, '0')}`;
  });
}
