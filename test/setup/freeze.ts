import { freezeEverything } from "../../sim/time/freeze.ts";

freezeEverything(true);
