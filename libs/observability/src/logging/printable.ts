/** Control characters (C0, C1, DEL), invisible ones, those that change the writing direction, and further line separators. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const INDENT = '\n    ';

/**
 * A text that is safe for terminals: an escape sequence (ESC, OSC, CSI) is shown as `\u001b…` and has no effect. Line breaks
 * and tabs remain; text after a line break is indented, so that it cannot pass for a log line.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, (control) => {
    if (control === '\n') return INDENT;
    return control === '\t' ? control : `\\u${(control.codePointAt(0) as number).toString(16).padStart(4, '0')}`;
  });
}
