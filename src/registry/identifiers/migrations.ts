import { ascii, bigint, id, integer, type Migration, optional, text } from '#kernel/db/schema.ts'

export const identifierMigrations: readonly Migration[] = [
  {
    name: 'registry/0001-vid',
    async up(schema) {
      await schema.createTable(
        'vid',
        {
          lookup: ascii(43),
          person: id,
          type: ascii(40),
          status: ascii(12),
          sealed: text,
          created_at: bigint,
          expires_at: optional(bigint),
          transactions_left: optional(integer),
        },
        { primary: ['lookup'], index: [['person', 'type']] },
      )
      // One row a person: updating it first makes counting and issuing of his VIDs a queue.
      await schema.createTable('vid_head', { person: id, issued: integer }, { primary: ['person'] })
      await schema.createTable(
        'uin_space',
        { shape: ascii(43), capacity: ascii(20) },
        { primary: ['shape'] },
      )
    },
  },
]
