import { bytesOfBase64Url } from "../sim/api/schema/base64.ts";

/** The text that standard base64 stands for, read as UTF-8; undefined for what is no base64, or no text. */
export function textOfBase64(encoded: string): string | undefined {
  const bytes = bytesOfBase64Url(encoded.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""));
  if (bytes === undefined) return undefined;
  const escaped = [...bytes].map((byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}
