import type { Hub } from '#biometric-hub'
import type { Context } from '#kernel/context.ts'

/** What the registry stands on: the kernel, and the hub below it. */
export interface RegistryContext extends Context {
  readonly hub: Hub
}
