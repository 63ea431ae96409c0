import { ascii, bigint, id, type Migration, optional, text } from '#kernel/db/schema.ts'

/** HMAC-SHA-256 in base64url. */
const digest = ascii(43)

export const idpMigrations: readonly Migration[] = [
  {
    name: 'idp/0001-grants-clients-consents-passkeys',
    up: async (schema) => {
      await schema.createTable(
        'oidc_model',
        {
          model: ascii(32),
          id: digest,
          grant_id: optional(digest),
          person: optional(digest),
          client_id: optional(ascii(100)),
          payload: text,
          expires_at: bigint,
          consumed_at: optional(bigint),
          revoked_at: optional(bigint),
        },
        {
          primary: ['model', 'id'],
          index: [['grant_id'], ['person', 'client_id'], ['expires_at']],
        },
      )
      await schema.createTable(
        'oidc_client',
        { client_id: ascii(100), metadata: text, created_at: bigint, updated_at: bigint },
        { primary: ['client_id'] },
      )
      await schema.createTable(
        'consent',
        {
          id,
          person: digest,
          client_id: ascii(100),
          content: text,
          since: bigint,
          updated_at: bigint,
        },
        { primary: ['id'], unique: [['person', 'client_id']] },
      )
      await schema.createTable(
        'passkey',
        {
          id,
          person: digest,
          credential: digest,
          content: text,
          counter: bigint,
          created_at: bigint,
          last_used_at: optional(bigint),
        },
        { primary: ['id'], unique: [['credential']], index: [['person']] },
      )
    },
  },
]
