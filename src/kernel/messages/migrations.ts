import { ascii, bigint, id, type Migration, text } from '../db/schema.ts'

export const messageMigrations: readonly Migration[] = [
  {
    name: 'messages/0001-inbox',
    up: (schema) =>
      schema.createTable(
        'message_inbox',
        { id, to_lookup: ascii(43), content: text, at: bigint },
        { primary: ['id'], index: [['to_lookup', 'at'], ['at']] },
      ),
  },
]
