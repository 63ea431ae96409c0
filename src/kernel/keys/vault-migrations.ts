import { ascii, bigint, bytes, integer, type Migration } from '../db/schema.ts'

export const vaultMigrations: readonly Migration[] = [
  {
    name: 'vault/0001-data-key',
    up: (schema) =>
      schema.createTable(
        'data_key',
        {
          id: ascii(22),
          purpose: ascii(16),
          generation: integer,
          // the wrapping key and its output: kernel/keys `Wrapped`
          kid: ascii(43),
          iv: bytes(12),
          ciphertext: bytes(32),
          tag: bytes(16),
          created_at: bigint,
        },
        { primary: ['id'], unique: [['purpose', 'generation']] },
      ),
  },
]
