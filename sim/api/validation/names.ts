/**
 * The formats of names, labels and keys, each with upstream's sentence when it does not hold
 * (Kubernetes 1.32, apimachinery pkg/util/validation/validation.go).
 * Left out: IPv6 zones, percentages.
 * Invariant: a rule returns the sentences that apply, none for a good value.
 */

/** A format rule: the sentences about what is wrong with the text, empty when it is right. */
export type NameRule = (text: string) => readonly string[];

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE = `(${QUALIFIED})?`;
const CONFIG_KEY = "[-._a-zA-Z0-9]+";
const PRINTABLE = /^[\x21-<>-~]+$/;

/** The tail that upstream puts behind the sentence on a pattern: examples, then the pattern. */
function patternSentence(sentence: string, pattern: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${sentence} (regex used for validation is '${pattern}')`;
  const listed = examples.map((example) => `'${example}', `).join(" or ");
  return `${sentence} (e.g. ${listed}regex used for validation is '${pattern}')`;
}

function maxLength(charactersMax: number): string {
  return `must be no more than ${charactersMax} characters`;
}

function rule(pattern: string, charactersMax: number, sentence: string, ...examples: readonly string[]): NameRule {
  const matcher = new RegExp(`^${pattern}$`);
  const message = patternSentence(sentence, pattern, ...examples);
  const tooLong = maxLength(charactersMax);
  return (text) => {
    const long = text.length > charactersMax;
    const wrong = !matcher.test(text);
    if (!long && !wrong) return NONE;
    return [...(long ? [tooLong] : []), ...(wrong ? [message] : [])];
  };
}

const NONE: readonly string[] = [];

/** RFC 1123 label: container, volume and namespace names. */
export const dnsLabel = rule(
  LABEL,
  63,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  "my-name",
  "123-abc",
);

/** RFC 1123 subdomain: the names of most objects. */
export const dnsSubdomain = rule(
  SUBDOMAIN,
  253,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  "example.com",
);

/** A name that is one segment of a path, whatever its letters: roles and their bindings. */
export function pathSegment(text: string): readonly string[] {
  if (text === "." || text === "..") return [`may not be '${text}'`];
  return ["/", "%"].filter((letter) => text.includes(letter)).map((letter) => `may not contain '${letter}'`);
}

/** A label's value. */
export const labelValue = rule(
  LABEL_VALUE,
  63,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  "MyValue",
  "my_value",
  "12345",
);

const configKeyPattern = rule(
  CONFIG_KEY,
  253,
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  "key.name",
  "KEY_NAME",
  "key-name",
);

/** A key of a ConfigMap or Secret. */
export function configMapKey(text: string): readonly string[] {
  const wrong = configKeyPattern(text);
  if (wrong.length > 0) return wrong;
  if (text === ".") return ["must not be '.'"];
  if (text === "..") return ["must not be '..'"];
  return text.startsWith("..") ? ["must not start with '..'"] : NONE;
}

/** An environment variable's name: any printable ASCII except "=" (RelaxedEnvironmentVariableValidation of 1.32). */
export function envVarName(text: string): readonly string[] {
  if (text === "") return ["environment variable name must be non-empty"];
  if (PRINTABLE.test(text.replaceAll(" ", "_"))) return NONE;
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

const qualifiedPart = new RegExp(`^${QUALIFIED}$`);

/** A qualified name: label and annotation keys, taints, finalizers; `prefix/name` with an optional DNS prefix. */
export function qualifiedName(text: string): readonly string[] {
  const parts = text.split("/");
  const name = parts[parts.length - 1]!;
  if (parts.length > 2) {
    return [
      `a qualified name ${patternSentence(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        QUALIFIED,
        "MyName",
        "my.name",
        "123-abc",
      )} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const sentences: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0]!;
    if (prefix === "") sentences.push("prefix part must be non-empty");
    else sentences.push(...dnsSubdomain(prefix).map((sentence) => `prefix part ${sentence}`));
  }
  if (name === "") sentences.push("name part must be non-empty");
  else if (name.length > 63) sentences.push(`name part ${maxLength(63)}`);
  if (!qualifiedPart.test(name)) {
    sentences.push(
      `name part ${patternSentence(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        QUALIFIED,
        "MyName",
        "my.name",
        "123-abc",
      )}`,
    );
  }
  return sentences;
}

/** An IANA service name: the names of ports. Every rule that is broken is said. */
export function portName(text: string): readonly string[] {
  const sentences: string[] = [];
  if (text.length > 15) sentences.push("must be no more than 15 characters");
  if (!/^[-a-z0-9]+$/.test(text))
    sentences.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(text)) sentences.push("must contain at least one letter (a-z)");
  if (text.includes("--")) sentences.push("must not contain consecutive hyphens");
  if (text.startsWith("-") || text.endsWith("-")) sentences.push("must not begin or end with a hyphen");
  return sentences;
}

/** A TCP or UDP port number. */
export function portNumber(port: number): readonly string[] {
  return port >= 1 && port <= 65535 ? NONE : ["must be between 1 and 65535, inclusive"];
}
