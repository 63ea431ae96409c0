import { ascii, bigint, id, integer, type Migration, optional, text } from '#kernel/db/schema.ts'

export const identityMigrations: readonly Migration[] = [
  {
    name: 'registry/0003-identity',
    async up(schema) {
      /** Made when a packet arrives or a person is imported; how an outcome of the hub leads back to a person. */
      await schema.createTable(
        'subject',
        { subject: ascii(43), person: id },
        { primary: ['subject'], unique: [['person']] },
      )
      /** One row a person. The UIN is found by its keyed hash and never reissued: rows are not deleted. */
      await schema.createTable(
        'identity',
        {
          person: id,
          uin_lookup: ascii(43),
          uin: text,
          status: ascii(12),
          version: integer,
          issued_at: bigint,
          updated_at: bigint,
        },
        { primary: ['person'], unique: [['uin_lookup']] },
      )
      /** Every version stays; `cause` says what made it (`packet:<rid>`). */
      await schema.createTable(
        'identity_version',
        {
          person: id,
          version: integer,
          fields: text,
          photo: optional(integer),
          cause: ascii(64),
          recorded_at: bigint,
        },
        { primary: ['person', 'version'] },
      )
      await schema.createTable(
        'identity_photo',
        { person: id, version: integer, type: ascii(16), data: text },
        { primary: ['person', 'version'] },
      )
      /** First claimant wins; freed when his packet is rejected. */
      await schema.createTable(
        'demographic_key',
        { demographic_key: ascii(43), person: id, claimed_at: bigint },
        { primary: ['demographic_key'], index: [['person']] },
      )
    },
  },
]
