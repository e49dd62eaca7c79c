/**
 * Tables of roles and their bindings (Kubernetes 1.32, pkg/printers/internalversion/printers.go).
 * Left out: nothing.
 * Invariant: cells are in the order of the columns.
 */
import type { Column, Printer } from "../kinds/kind.ts";
import type { Role, RoleBinding } from "../kinds/rbac.ts";
import { AGE, NAME, text, wide } from "./columns.ts";
import { ageOf } from "./duration.ts";

/** When the object was made, as an instant. */
export const CREATED_AT: Column = { name: "Created At", type: "date", describe: "When the object was created." };

/** Roles show no more than when they were made. */
export const rolePrinter: Printer<Role> = {
  columns: [NAME, CREATED_AT],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? null],
};

/** What is bound to whom. */
export const bindingPrinter: Printer<RoleBinding> = {
  columns: [
    NAME,
    text("Role", "The role that is given."),
    AGE,
    wide(text("Users", "The users that have it.")),
    wide(text("Groups", "The groups that have it.")),
    wide(text("ServiceAccounts", "The service accounts that have it.")),
  ],
  cells: ({ metadata, roleRef, subjects = [] }, nowSeconds) => {
    const named = (kind: string) => subjects.filter((subject) => subject.kind === kind);
    return [
      metadata.name,
      `${roleRef.kind}/${roleRef.name}`,
      ageOf(metadata.creationTimestamp, nowSeconds),
      named("User")
        .map(({ name }) => name)
        .join(", "),
      named("Group")
        .map(({ name }) => name)
        .join(", "),
      named("ServiceAccount")
        .map(({ name, namespace }) => `${namespace ?? ""}/${name}`)
        .join(", "),
    ];
  },
};
