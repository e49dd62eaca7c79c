/** Values that the build writes into the bundles. */
declare const ORRERY_VERSION: string;
declare const ORRERY_TYPESCRIPT_VERSION: string;
/** Hash of the type side's program, by which its startup snapshot is named. */
declare const ORRERY_TYPES_HASH: string;
