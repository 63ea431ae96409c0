import { ascii, bigint, id, integer, type Migration, optional, text } from '#kernel/db/schema.ts'

export const packetMigrations: readonly Migration[] = [
  {
    name: 'registry/0004-packet',
    async up(schema) {
      await schema.createTable(
        'packet',
        {
          rid: ascii(16),
          /** Keyed hash of the client's packetId: one of MOSIP's form tells centre and time. */
          packet_lookup: ascii(43),
          /** Keyed hash of the sealed text: nobody who can write here can put another packet in its place. */
          digest: ascii(43),
          /** Made at the receipt; becomes a person for good when the UIN is assigned. */
          person: id,
          stage: ascii(24),
          /** processing, waiting, done, rejected, parked. */
          state: ascii(12),
          /** Counts the moves: a job is for one move, so an old one can do nothing. */
          moves: integer,
          reason: optional(ascii(64)),
          /** Field ids, comma-separated. */
          reason_fields: optional(ascii(1000)),
          /** Dead job of a parked packet. */
          dead_job: optional(ascii(64)),
          operator: ascii(40),
          received_at: bigint,
          moved_at: bigint,
        },
        {
          primary: ['rid'],
          unique: [['packet_lookup'], ['digest'], ['person']],
          index: [['state', 'moved_at']],
        },
      )
      /** The packet as it came. Gone when the packet is rejected. */
      await schema.createTable(
        'packet_seal',
        { rid: ascii(16), sealed: text },
        { primary: ['rid'] },
      )
      await schema.createTable(
        'packet_step',
        {
          rid: ascii(16),
          move: integer,
          stage: ascii(24),
          outcome: ascii(24),
          at: bigint,
        },
        { primary: ['rid', 'move'] },
      )
      /** Persons whom a packet resembles. Scores in millionths; modalities as JSON. */
      await schema.createTable(
        'packet_candidate',
        {
          rid: ascii(16),
          candidate: id,
          demographic: integer,
          score: optional(integer),
          modalities: optional(text),
        },
        { primary: ['rid', 'candidate'] },
      )
      /** Operators who seal on our own pages: their private signing keys, sealed. */
      await schema.createTable(
        'house_key',
        { operator: ascii(40), kid: ascii(64), jwk: text },
        { primary: ['operator'] },
      )
    },
  },
]
