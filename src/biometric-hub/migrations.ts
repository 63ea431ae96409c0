import { ascii, bigint, integer, type Migration, text } from '#kernel/db/schema.ts'

export const hubMigrations: readonly Migration[] = [
  {
    name: 'biometric-hub/0001-gallery',
    async up(schema) {
      await schema.createTable(
        'hub_heads',
        { modality: ascii(8), last_ordinal: bigint, live: bigint, erasures: bigint },
        { primary: ['modality'] },
      )
      await schema.createTable(
        'hub_templates',
        {
          subject: ascii(64),
          modality: ascii(8),
          ordinal: bigint,
          model: ascii(64),
          quality: integer,
          sealed: text,
        },
        { primary: ['subject', 'modality'], unique: [['modality', 'ordinal']] },
      )
      await schema.createTable(
        'hub_erasures',
        { modality: ascii(8), number: bigint, ordinal: bigint },
        { primary: ['modality', 'number'] },
      )
    },
  },
]
