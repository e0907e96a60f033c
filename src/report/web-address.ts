/** Whether a text from a feed may stand where readers follow it: a web address without blanks or control characters. */
export function isWebAddress(text: string | undefined): text is string {
  if (
    text === undefined ||
    text.length > 2_000 ||
    !/^https?:\/\/[^\s<>"'|()\\^`{}\u0000-\u001f\u007f-\u009f]+$/i.test(text)
  )
    return false;
  return URL.canParse(text);
}
