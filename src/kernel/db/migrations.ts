import type { Migration } from './schema.ts'

export const dbMigrations: readonly Migration[] = []
