import "../fixtures/register.ts";
import "../../../grader/workers/collect-worker.ts";
