/** What a build of the notebook kernel takes and makes; build.mjs has the words. */
export interface KernelBuildOptions {
  out?: string;
  declarations?: string;
  globals?: string;
  snapshot?: boolean;
}
export function buildKernel(options?: KernelBuildOptions): Promise<{ main: string; snapshot: string | undefined }>;
export function bakedTypes(options?: KernelBuildOptions): import("./types/service.ts").BakedTypes;
