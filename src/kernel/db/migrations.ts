import { jobMigrations } from '../jobs/migrations.ts'
import { outboxMigrations } from '../outbox/migrations.ts'
import type { Migration } from './schema.ts'

/** Tables of the kernel's own machinery. */
export const dbMigrations: readonly Migration[] = [...jobMigrations, ...outboxMigrations]
