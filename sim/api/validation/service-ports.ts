/**
 * Validation of the ports of a Service, and of its name (Kubernetes 1.32, pkg/apis/core/validation/validation.go
 * validateServicePort; apimachinery IsDNS1035Label).
 * Left out: nothing.
 * Invariant: port names are unique whatever the protocol; port numbers are unique within a protocol.
 */
import type { Service, ServicePort } from "../kinds/service.ts";
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from "./field-error.ts";
import { dnsLabel, portName, portNumber, qualifiedName } from "./names.ts";

const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const KUBELET_PORT = 10_250;
const DNS_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const NAME_MAX = 63;

/** A Service's name: it becomes a DNS label, so it starts with a letter. */
export function serviceName(text: string): readonly string[] {
  const sentences = text.length > NAME_MAX ? [`must be no more than ${NAME_MAX} characters`] : [];
  if (new RegExp(`^${DNS_1035}$`).test(text)) return sentences;
  const rule =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...sentences, `${rule} (e.g. 'my-name',  or 'abc-123', regex used for validation is '${DNS_1035}')`];
}

function validateName(name: string | undefined, at: string, isNeeded: boolean): readonly FieldError[] {
  if (name) return dnsLabel(name).map((sentence) => invalid(`${at}.name`, name, sentence));
  return isNeeded ? [required(`${at}.name`)] : [];
}

function validateTarget(target: number | string | undefined, at: string): readonly FieldError[] {
  const sentences = typeof target === "string" ? portName(target) : portNumber(target ?? 0);
  return sentences.map((sentence) => invalid(`${at}.targetPort`, target ?? 0, sentence));
}

function validatePort(given: ServicePort, at: string, isNameNeeded: boolean): readonly FieldError[] {
  const { name, port, protocol, targetPort, appProtocol } = given;
  const errors = [...validateName(name, at, isNameNeeded)];
  errors.push(...portNumber(port).map((sentence) => invalid(`${at}.port`, port, sentence)));
  if (!protocol) errors.push(required(`${at}.protocol`));
  else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
  errors.push(...validateTarget(targetPort, at));
  if (appProtocol === undefined) return errors;
  return [...errors, ...qualifiedName(appProtocol).map((text) => invalid(`${at}.appProtocol`, appProtocol, text))];
}

/** A `core.ServicePort` with protocol and number only, in Go's %#v form. */
function goPort({ protocol, port }: ServicePort): { readonly go: string } {
  const target = 'intstr.IntOrString{Type:0, IntVal:0, StrVal:""}';
  return {
    go: `core.ServicePort{Name:"", Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${port}, TargetPort:${target}, NodePort:0}`,
  };
}

/** Errors of the ports of a Service one by one, with names that occur twice. */
export function validatePortList({ ports = [] }: Service["spec"]): readonly FieldError[] {
  const names = ports.map(({ name }) => name);
  return ports.flatMap((port, index) => {
    const at = `spec.ports[${index}]`;
    const again = port.name && names.indexOf(port.name) < index ? [duplicate(`${at}.name`, port.name)] : [];
    return [...validatePort(port, at, ports.length > 1), ...again];
  });
}

function repeats<T>(list: readonly T[], keyOf: (each: T) => string | undefined): readonly number[] {
  const keys = list.map(keyOf);
  return keys.flatMap((key, index) => (key !== undefined && keys.indexOf(key) < index ? [index] : []));
}

/** Errors of numbers that occur twice in a protocol, and of node ports where the type has none. */
export function validatePortNumbers({ ports = [], type }: Service["spec"]): readonly FieldError[] {
  const errors: FieldError[] = [];
  ports.forEach(({ nodePort }, index) => {
    if (type !== "ClusterIP" || !nodePort) return;
    errors.push(forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
  });
  for (const index of repeats(ports, ({ protocol, nodePort }) => (nodePort ? `${protocol} ${nodePort}` : undefined))) {
    errors.push(duplicate(`spec.ports[${index}].nodePort`, ports[index]!.nodePort));
  }
  for (const index of repeats(ports, ({ protocol, port }) => `${protocol} ${port}`)) {
    errors.push(duplicate(`spec.ports[${index}]`, goPort(ports[index]!)));
  }
  return errors;
}

/** Errors of ports that a load balancer may not offer. */
export function validateExposedPorts({ ports = [] }: Service["spec"]): readonly FieldError[] {
  const why = `may not expose port ${KUBELET_PORT} externally since it is used by kubelet`;
  return ports.flatMap(({ port }, index) =>
    port === KUBELET_PORT ? [invalid(`spec.ports[${index}]`, port, why)] : [],
  );
}
