/**
 * `core/v1` PodTemplate (Kubernetes 1.32, pkg/registry/core/podtemplate): its type and its registration.
 * Left out: nothing; no controller reads them.
 * Invariant: `metadata.generation` counts changes of the template.
 */
import { defaultTemplate } from "../defaults/workloads.ts";
import { equalJson } from "../schema/equal-json.ts";
import { podTemplatePrinter } from "../tables/template-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validatePodTemplate } from "../validation/pod.ts";
import type { Kind } from "./kind.ts";
import type { PodTemplateSpec } from "./pod-spec.ts";

/** A PodTemplate. */
export interface PodTemplate extends KubeObject {
  readonly template: PodTemplateSpec;
}

/** The kind PodTemplate. */
export const podTemplateKind: Kind<PodTemplate> = {
  group: "",
  version: "v1",
  resource: "podtemplates",
  kind: "PodTemplate",
  singular: "podtemplate",
  shortNames: [],
  categories: [],
  namespaced: true,
  subresources: [],
  storagePrefix: "/registry/podtemplates",
  struct: "PodTemplate",
  nameRule: dnsSubdomain,
  returnsDeleted: true,
  strategy: {
    defaults: (one) => ({ ...one, template: defaultTemplate(one.template) }),
    validate: ({ template }) => validatePodTemplate(template, "template"),
    changesGeneration: (next, previous) => !equalJson(next.template, previous.template),
  },
  printer: podTemplatePrinter,
};
