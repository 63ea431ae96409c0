import { ascii, bigint, id, type Migration, optional, text } from '#kernel/db/schema.ts'

export const adjudicationMigrations: readonly Migration[] = [
  {
    name: 'registry/0005-adjudication',
    async up(schema) {
      /** One case a packet: is this person somebody whom we know? */
      await schema.createTable(
        'adjudication_case',
        {
          id,
          rid: ascii(16),
          person: id,
          opened_at: bigint,
          /** open, decided (can be taken back), closed (took effect). */
          status: ascii(8),
          verdict: optional(ascii(12)),
          /** Sealed at adjudication_case.reason. */
          reason: optional(text),
          decided_by: optional(ascii(40)),
          takes_effect_at: optional(bigint),
        },
        { primary: ['id'], unique: [['rid']], index: [['status', 'opened_at', 'id']] },
      )
    },
  },
]
