import { ascii, bigint, id, integer, type Migration, optional, text } from '#kernel/db/schema.ts'

export const issuerMigrations: readonly Migration[] = [
  {
    name: 'issuer/0001-ledger',
    async up(schema) {
      await schema.createTable(
        'status_list',
        {
          number: integer,
          size: integer,
          /** Sealed; the order in which indices are given out. */
          seed: text,
          /** How many indices were given out. */
          used: integer,
          /** Counts changes: who holds an older one publishes again. */
          version: bigint,
          created_at: bigint,
        },
        { primary: ['number'] },
      )
      // What one credential request brought: one credential for each proof, all alike but for key and status index.
      await schema.createTable(
        'credential_issuance',
        {
          /** Also the notification_id. */
          id,
          /** HMAC of the token's id and the proofs: one issuance for one request. */
          lookup: ascii(43),
          person: id,
          configuration: ascii(60),
          format: ascii(20),
          issued_at: bigint,
          expires_at: bigint,
          revoked_at: optional(bigint),
          /** Last notification of the wallet (OpenID4VCI 1.0 §11). */
          event: optional(ascii(30)),
        },
        { primary: ['id'], unique: [['lookup']], index: [['person', 'issued_at']] },
      )
      await schema.createTable(
        'issued_credential',
        {
          id,
          issuance: id,
          status_list: integer,
          status_index: integer,
          revoked_at: optional(bigint),
        },
        {
          primary: ['id'],
          unique: [['status_list', 'status_index']],
          index: [['issuance'], ['status_list', 'revoked_at']],
        },
      )
      // One row a person: locking it first orders issuing and revoking all of his credentials.
      await schema.createTable(
        'credential_holder',
        { person: id, closed: integer },
        { primary: ['person'] },
      )
    },
  },
]
