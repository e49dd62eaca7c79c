import { describe, expect, it } from "vitest";
import { words } from "./reader.ts";
import { parseRule } from "./rule-text.ts";
import { parseRuleset, printRuleset } from "./ruleset-text.ts";

const save = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:A-CHAIN - [0:0]
-A FORWARD -i cali+ -m comment --comment "a \\"quoted\\" word" -m set --match-set all-pods src -j A-CHAIN
-A A-CHAIN -p tcp -m multiport --dports 80,443,8000:9000 -g A-CHAIN
-A A-CHAIN -m mark --mark 0x10000/0x10000 -j RETURN
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING ! -d 10.0.0.0/8 -j SNAT --to-source 1.2.3.4-1.2.3.6:1000-2000
COMMIT
`;

describe("iptables-save text", () => {
  it("is printed as it was read", () => {
    expect(printRuleset(parseRuleset(save))).toBe(save);
  });

  it.each([
    [
      "-p tcp --dport 80 -d 10.0.0.1 -j DNAT --to-destination 10.0.0.2:8080",
      "-d 10.0.0.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.2:8080",
    ],
    ["-j MARK --set-mark 0x10", "-j MARK --set-xmark 0x10/0xffffffff"],
    ["-j MARK --or-mark 0x4000", "-j MARK --set-xmark 0x4000/0x4000"],
    ["-j REJECT", "-j REJECT --reject-with icmp-port-unreachable"],
    ["-p tcp --syn -j DROP", "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP"],
  ])("words %s as iptables does", (typed, printed) => {
    expect(parseRule(words(typed)).text).toBe(printed);
  });

  it.each([
    ["*nat\n-A NOWHERE -j ACCEPT\nCOMMIT\n", "no chain NOWHERE; error occurred at line: 2"],
    ["*nat\n-A PREROUTING -j NOWHERE\nCOMMIT\n", "Couldn't load target `NOWHERE'"],
    ["*nat\n-A PREROUTING -m owner -j ACCEPT\nCOMMIT\n", "Couldn't load match `owner'"],
    ["*nat\n-A PREROUTING -s 10.0.0.300 -j ACCEPT\nCOMMIT\n", "host/network `10.0.0.300' not found"],
    ["*what\nCOMMIT\n", "can't initialize iptables table `what'"],
  ])("is refused with iptables' words: %j", (text, message) => {
    expect(() => parseRuleset(text)).toThrow(message);
  });
});
