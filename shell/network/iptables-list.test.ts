import { expect, test } from "vitest";
import { chainText } from "./iptables-list.ts";

const plain = { isNumeric: false, isVerbose: false, isNumbered: false };
const table = [
  { table: "nat", chain: "PREROUTING", policy: "ACCEPT", rules: ["-j KUBE-SERVICES"] },
  {
    ...{ table: "nat", chain: "KUBE-SERVICES", policy: "-" },
    rules: [
      '-d 172.21.0.5/32 -p tcp -m comment --comment "default/web cluster IP" -m tcp --dport 80 -j KUBE-SVC-A',
      "! -s 172.30.0.0/16 -m mark ! --mark 0x4000/0x4000 -j MARK --set-xmark 0x4000/0x4000",
      "-m statistic --mode random --probability 0.50000000000 -j KUBE-SVC-A",
      "-m addrtype --dst-type LOCAL -g KUBE-NODEPORTS",
      "-i cali+ -p tcp -m tcp -j DNAT --to-destination 172.30.1.5:80",
      "-p tcp -m recent --rcheck --seconds 10800 --reap --name A --mask 255.255.255.255 --rsource -j KUBE-SVC-A",
    ],
  },
];

test("a chain's rules stand in columns, their matches in the words of -L", () => {
  expect(chainText(table[0]!, table, plain)).toBe(
    `Chain PREROUTING (policy ACCEPT)
target     prot opt source               destination         
KUBE-SERVICES  all  --  anywhere             anywhere            
`,
  );
  expect(chainText(table[1]!, table, plain)).toBe(
    `Chain KUBE-SERVICES (1 references)
target     prot opt source               destination         
KUBE-SVC-A  tcp  --  anywhere             172.21.0.5           /* default/web cluster IP */ tcp dpt:http
MARK       all  --  !172.30.0.0/16       anywhere             mark match ! 0x4000/0x4000 MARK or 0x4000
KUBE-SVC-A  all  --  anywhere             anywhere             statistic mode random probability 0.50000000000
KUBE-NODEPORTS  all  --  anywhere             anywhere            [goto]  ADDRTYPE match dst-type LOCAL
DNAT       tcp  --  anywhere             anywhere             tcp to:172.30.1.5:80
KUBE-SVC-A  tcp  --  anywhere             anywhere             recent: CHECK seconds: 10800 reap name: A mask: 255.255.255.255 side: source
`,
  );
});

test("-n shows numbers, -v counters and devices, --line-numbers the index", () => {
  const text = chainText(table[1]!, table, { isNumeric: true, isVerbose: true, isNumbered: true });
  expect(text).toContain(
    "num   pkts bytes target     prot opt in     out     source               destination         \n",
  );
  expect(text).toContain(
    "5        0     0 DNAT       tcp  --  cali+  *       0.0.0.0/0            0.0.0.0/0            tcp to:172.30.1.5:80\n",
  );
  expect(text).toContain("tcp dpt:80\n");
});
