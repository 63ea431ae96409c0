import { ascii, bigint, id, integer, type Migration, optional, text } from '../db/schema.ts'

export const outboxMigrations: readonly Migration[] = [
  {
    name: 'outbox/0001-messages',
    up: async (schema) => {
      const topic = ascii(64)
      const consumer = ascii(64)
      await schema.createTable(
        'outbox',
        // `at` is milliseconds, made strictly increasing within a lane: the order of commits.
        { id, topic, message_key: ascii(200), lane: integer, at: bigint, payload: text },
        { primary: ['id'], index: [['topic', 'at'], ['at']] },
      )
      await schema.createTable('outbox_lane', { lane: integer, at: bigint }, { primary: ['lane'] })
      await schema.createTable(
        'outbox_consumer',
        { name: consumer, topic, seen_at: bigint },
        { primary: ['name'] },
      )
      // A consumer's own writes commit with its mark.
      await schema.createTable(
        'outbox_inbox',
        { message_id: id, consumer },
        { primary: ['message_id', 'consumer'] },
      )
      await schema.createTable(
        'outbox_failure',
        {
          consumer,
          message_id: id,
          topic,
          message_key: ascii(200),
          // Of the message: nothing pending is older than the oldest of these.
          at: bigint,
          attempts: integer,
          error_code: ascii(100),
          due_at: bigint,
          parked_at: optional(bigint),
        },
        {
          primary: ['message_id', 'consumer'],
          index: [
            ['consumer', 'message_key'],
            ['consumer', 'parked_at', 'at'],
          ],
        },
      )
    },
  },
]
