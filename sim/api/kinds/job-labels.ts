/**
 * The labels by which a Job's pods are told from all others (Kubernetes 1.32, api/batch/v1/types.go).
 * Left out: the same names without a prefix, as before 1.27, which stand where they are written.
 * Invariant: names only.
 */

/** The uid of the Job. */
export const CONTROLLER_UID = "batch.kubernetes.io/controller-uid";
/** The name of the Job. */
export const JOB_NAME = "batch.kubernetes.io/job-name";
/** The completion index of a pod, as label and as annotation. */
export const COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index";
