import { describe, expect, it } from "vitest";
import { goTemplateText } from "./go-template.ts";

const pods = {
  items: [
    { metadata: { name: "a", labels: { app: "web", tier: "front" } }, spec: { ports: [80, 443] } },
    { metadata: { name: "b" }, spec: { ports: [] }, data: "aMOpbGxv" },
  ],
};

describe("a Go template", () => {
  it.each([
    ["{{range .items}}{{.metadata.name}} {{end}}", "a b "],
    ['{{range $i, $p := .items}}{{$i}}={{$p.metadata.name}}{{"\\n"}}{{end}}', "0=a\n1=b\n"],
    ["{{range .items}}{{if .metadata.labels}}yes{{else}}no{{end}},{{end}}", "yes,no,"],
    ["{{with (index .items 0).metadata}}{{.labels}}{{end}}", "map[app:web tier:front]"],
    ["{{range (index .items 1).spec.ports}}x{{else}}none{{end}}", "none"],
    ['{{(index .items 1).data | base64decode}} {{exists (index .items 0) "data"}}', "héllo false"],
    ['{{printf "%-4s|%d" "ab" (len .items)}}', "ab  |2"],
    ["a {{- /* nothing */ -}} b{{ .nope }}", "ab<no value>"],
    ["{{if and (eq 1 1) (gt 2 1) (not false)}}t{{end}}", "t"],
    ["{{if false}}x{{else if true}}y{{end}}", "y"],
    ["{{$x := 3}}{{$x}}", "3"],
    ['{{`}}`}}{{"}}"}}', "}}}}"],
  ])("%s", (template, text) => {
    expect(goTemplateText(template, pods)).toBe(text);
  });

  it.each([
    ["{{range .items}}", /unexpected EOF|unexpected {{}}/],
    ["{{.a", /unclosed action/],
    ["{{nosuch 1}}", /function "nosuch" not defined/],
    ["{{$y}}", /undefined variable "\$y"/],
    ["{{.items.x.y}}", /can't evaluate field|no value/],
  ])("%s is refused, or empty", (template, why) => {
    let said: string;
    try {
      said = goTemplateText(template, pods);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toMatch(why);
  });
});
