import {
  ascii,
  bigint,
  id,
  integer,
  type Migration,
  optional,
  shortText,
  text,
} from '../db/schema.ts'

export const jobMigrations: readonly Migration[] = [
  {
    name: 'jobs/0001-queue',
    up: async (schema) => {
      const what = { id, kind: ascii(64), job_key: ascii(200), payload: text, priority: integer }
      await schema.createTable(
        'job',
        {
          ...what,
          // When it may be claimed: its run time while it waits, the end of its lease while it runs.
          due_at: bigint,
          attempt: integer,
          failures: integer,
          fence: bigint,
          // `<instance of the database handle>:<claim>` while it runs.
          owner: optional(ascii(80)),
          error_code: optional(ascii(100)),
          created_at: bigint,
        },
        {
          primary: ['id'],
          unique: [['kind', 'job_key']],
          index: [['kind', 'priority', 'due_at', 'id']],
        },
      )
      await schema.createTable(
        'job_dead',
        { ...what, attempt: integer, error_code: ascii(100), created_at: bigint, died_at: bigint },
        { primary: ['id'], index: [['kind', 'died_at']] },
      )
      await schema.createTable(
        'queue_control',
        { kind: ascii(64), reason: shortText(200), paused_at: bigint },
        { primary: ['kind'] },
      )
    },
  },
]
