/** Texts of others in documents of ours. */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for HTML and XML, in elements and in quoted attributes; characters that XML can't hold become U+FFFD. */
export function escaped(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, "\ufffd")
    .replace(/[&<>"']/g, (sign) => entities[sign] as string);
}

/**
 * A field of a CSV file. A spreadsheet takes a text that begins like a formula for one, so such a text gets an apostrophe in
 * front, as spreadsheets themselves mark text (OWASP, "CSV Injection").
 */
export function csvField(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(value.trimStart() || value) ? `'${value}` : value;
  return /[",\r\n']/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
