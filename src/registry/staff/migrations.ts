import { ascii, bigint, integer, type Migration, optional, text } from '#kernel/db/schema.ts'

export const staffMigrations: readonly Migration[] = [
  {
    name: 'registry/0002-staff',
    async up(schema) {
      await schema.createTable(
        'staff',
        {
          id: ascii(40),
          name_sealed: text,
          /** Comma-separated. */
          roles: ascii(80),
          /** `argon2id$<memory KiB>$<passes>$<lanes>$<salt>$<tag>`; absent: no password sign-in. */
          password: optional(ascii(200)),
          token_lookup: optional(ascii(43)),
          active: integer,
        },
        { primary: ['id'], unique: [['token_lookup']] },
      )
      await schema.createTable(
        'operator_key',
        {
          kid: ascii(64),
          operator: ascii(40),
          jwk: text,
          added_at: bigint,
          revoked_at: optional(bigint),
        },
        { primary: ['kid'], index: [['operator']] },
      )
    },
  },
]
