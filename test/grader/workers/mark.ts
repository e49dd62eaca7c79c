import "../fixtures/register.ts";
import "../../../grader/workers/mark-worker.ts";
