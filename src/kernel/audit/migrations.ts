import {
  ascii,
  bigint,
  blob,
  bytes,
  id,
  integer,
  type Migration,
  optional,
  text,
} from '../db/schema.ts'

export const auditMigrations: readonly Migration[] = [
  {
    name: 'audit/0001-log',
    up: async (schema) => {
      await schema.createTable(
        'audit_person_key',
        {
          id: ascii(22),
          // keyed HMAC of the person's id: this table alone names nobody
          person_ref: ascii(43),
          sealed_key: text,
        },
        { primary: ['id'], unique: [['person_ref']] },
      )
      await schema.createTable(
        'audit_leaf',
        {
          id,
          person_ref: ascii(43),
          key_id: ascii(22),
          commitment: bytes(32),
          sealed: blob,
          // the sequencer's, in the transaction that extends the tree
          position: optional(bigint),
        },
        { primary: ['id'], unique: [['position']], index: [['person_ref', 'id']] },
      )
      await schema.createTable(
        'audit_tree',
        {
          name: ascii(8),
          origin: ascii(255),
          size: bigint,
          root: bytes(32),
          checkpoint: text,
        },
        { primary: ['name'] },
      )
      await schema.createTable(
        'audit_tile',
        { level: integer, tile: bigint, data: blob },
        { primary: ['level', 'tile'] },
      )
    },
  },
]
