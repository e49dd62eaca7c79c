/**
 * The chains that spread the traffic of a port over its endpoints, and the chain of each endpoint
 * (Kubernetes 1.32, pkg/proxy/iptables/proxier.go writeServiceToEndpointRules and the end of its loop over Services).
 * Left out: nothing.
 * Invariant: each of n endpoints is chosen with probability 1/n, unless the client is remembered at one of them.
 */
import { endpointChainName } from "./chain-name.ts";
import type { ProxiedEndpoint } from "./endpoint-set.ts";
import { type Chain, comment, jump, type Match, type Rule } from "./rule.ts";
import type { ProxiedPort } from "./service-port.ts";

const MASQUERADE = jump("KUBE-MARK-MASQ");

/** The chain of one endpoint: masquerade what it sends to itself, remember the client, rewrite the destination. */
export function endpointChain(port: ProxiedPort, { text, address }: ProxiedEndpoint, commented: boolean): Chain {
  const key = commented ? text : `-${text}`;
  const known = port.endpointChains.get(key);
  if (known !== undefined) return known;
  const name = endpointChainName(port.name, port.protocol, text);
  const remark: readonly Match[] = commented ? [comment(port.name)] : [];
  const remember: readonly Match[] = port.stickySeconds === undefined ? [] : [{ kind: "remember", list: name }];
  const chain: Chain = {
    name,
    rules: [
      { matches: [...remark, { kind: "source", network: address }], target: MASQUERADE },
      {
        matches: [...remark, ...remember, { kind: "protocol", protocol: port.protocol }],
        target: { kind: "destinationNat", to: text },
      },
    ],
  };
  port.endpointChains.set(key, chain);
  return chain;
}

/** The rules that choose one of the endpoints: the one where the client is remembered, or any by lot. */
export function choiceRules(
  port: ProxiedPort,
  endpoints: readonly ProxiedEndpoint[],
  commented: boolean,
): readonly Rule[] {
  const rules: Rule[] = [];
  const choices = endpoints.map((endpoint) => {
    const remark: readonly Match[] = commented ? [comment(`${port.name} -> ${endpoint.text}`)] : [];
    return { remark, chain: endpointChain(port, endpoint, commented).name };
  });
  const { stickySeconds } = port;
  if (stickySeconds !== undefined) {
    for (const { remark, chain } of choices) {
      const remembered: Match = { kind: "remembered", list: chain, withinSeconds: stickySeconds };
      rules.push({ matches: [...remark, remembered], target: jump(chain) });
    }
  }
  choices.forEach(({ remark, chain }, index) => {
    const count = choices.length - index;
    rules.push({ matches: count > 1 ? [...remark, { kind: "oneIn", count }] : remark, target: jump(chain) });
  });
  return rules;
}
