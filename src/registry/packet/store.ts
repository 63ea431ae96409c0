import { execute, insert, insertIfAbsent, type Reader, row, rows, type Tx } from '#kernel/db/db.ts'
import type { Rid } from '../identifiers/identifiers.ts'
import type { PersonId } from '../identity/person.ts'

export type PacketState = 'processing' | 'waiting' | 'done' | 'rejected' | 'parked'
export interface PacketRow {
  readonly rid: Rid
  readonly packet_lookup: string
  readonly digest: string
  readonly person: PersonId
  readonly stage: string
  readonly state: PacketState
  readonly moves: number
  readonly reason: string | null
  readonly reason_fields: string | null
  readonly dead_job: string | null
  readonly operator: string
  readonly received_at: number
  readonly moved_at: number
}
export interface StepRow {
  readonly stage: string
  readonly outcome: string
  readonly at: number
}
const columns =
  'rid, packet_lookup, digest, person, stage, state, moves, reason, reason_fields, dead_job, operator, received_at, moved_at'

/** False when the rid, the packetId or the sealed text is known. */
export async function insertPacket(tx: Tx, packet: PacketRow, sealed: string): Promise<boolean> {
  if (!(await insertIfAbsent(tx, 'packet', { ...packet }))) return false
  await insert(tx, 'packet_seal', { rid: packet.rid, sealed })
  return true
}

export const packetByRid = (on: Reader, rid: string): Promise<PacketRow | undefined> =>
  row(on, `SELECT ${columns} FROM packet WHERE rid = ?`, [rid])

export const packetByDigest = (on: Reader, digest: string): Promise<PacketRow | undefined> =>
  row(on, `SELECT ${columns} FROM packet WHERE digest = ?`, [digest])

export const packetByLookup = (on: Reader, lookup: string): Promise<PacketRow | undefined> =>
  row(on, `SELECT ${columns} FROM packet WHERE packet_lookup = ?`, [lookup])

export const packetOfPerson = (on: Reader, person: PersonId): Promise<PacketRow | undefined> =>
  row(on, `SELECT ${columns} FROM packet WHERE person = ?`, [person])

export async function sealedOf(on: Reader, rid: string): Promise<string | undefined> {
  const found = await row<{ sealed: string }>(on, 'SELECT sealed FROM packet_seal WHERE rid = ?', [
    rid,
  ])
  return found?.sealed
}

export const eraseSeal = (tx: Tx, rid: string): Promise<number> =>
  execute(tx, 'DELETE FROM packet_seal WHERE rid = ?', [rid])

/** The compare-and-set of every move; false when somebody else moved the packet. Locks its row. */
export const claimMove = async (
  tx: Tx,
  { rid, stage, moves }: Pick<PacketRow, 'rid' | 'stage' | 'moves'>,
  at: number,
): Promise<boolean> =>
  (await execute(
    tx,
    `UPDATE packet SET moves = moves + 1, moved_at = ? WHERE rid = ? AND stage = ? AND moves = ?
       AND state IN ('processing', 'waiting')`,
    [at, rid, stage, moves],
  )) === 1

export const setPlace = (
  tx: Tx,
  rid: Rid,
  place: {
    readonly stage: string
    readonly state: PacketState
    readonly reason: string | null
    readonly reasonFields: string | null
  },
): Promise<number> =>
  execute(
    tx,
    'UPDATE packet SET stage = ?, state = ?, reason = ?, reason_fields = ? WHERE rid = ?',
    [place.stage, place.state, place.reason, place.reasonFields, rid],
  )

/** False when the packet has moved on. */
export const park = async (
  tx: Tx,
  { rid, moves }: Pick<PacketRow, 'rid' | 'moves'>,
  values: { readonly reason: string; readonly deadJob: string; readonly at: number },
): Promise<boolean> =>
  (await execute(
    tx,
    `UPDATE packet SET state = 'parked', reason = ?, dead_job = ?, moved_at = ?
       WHERE rid = ? AND moves = ? AND state IN ('processing', 'waiting')`,
    [values.reason, values.deadJob, values.at, rid, moves],
  )) === 1

/** False when it is not parked any more. */
export const unpark = async (
  tx: Tx,
  { rid, moves }: Pick<PacketRow, 'rid' | 'moves'>,
  at: number,
): Promise<boolean> =>
  (await execute(
    tx,
    `UPDATE packet SET state = 'processing', reason = NULL, dead_job = NULL, moved_at = ?
       WHERE rid = ? AND moves = ? AND state = 'parked'`,
    [at, rid, moves],
  )) === 1

export const insertStep = (
  tx: Tx,
  step: { rid: Rid; move: number; stage: string; outcome: string; at: number },
): Promise<void> => insert(tx, 'packet_step', step)

/** Oldest first. */
export const stepsOf = (on: Reader, rid: string): Promise<StepRow[]> =>
  rows(on, 'SELECT stage, outcome, at FROM packet_step WHERE rid = ? ORDER BY move LIMIT 200', [
    rid,
  ])

export interface CandidateRow {
  readonly candidate: PersonId
  readonly demographic: number
  readonly score: number | null
  readonly modalities: string | null
}

/** Adds to what is known of this candidate. */
export async function noteCandidate(tx: Tx, rid: Rid, found: CandidateRow): Promise<void> {
  if (await insertIfAbsent(tx, 'packet_candidate', { rid, ...found })) return
  await execute(
    tx,
    `UPDATE packet_candidate SET demographic = CASE WHEN ? = 1 THEN 1 ELSE demographic END,
       score = COALESCE(?, score), modalities = COALESCE(?, modalities)
       WHERE rid = ? AND candidate = ?`,
    [found.demographic, found.score, found.modalities, rid, found.candidate],
  )
}

/** The most alike first, 100 at most. */
export const candidatesOf = (on: Reader, rid: string): Promise<CandidateRow[]> =>
  rows(
    on,
    `SELECT candidate, demographic, score, modalities FROM packet_candidate WHERE rid = ?
       ORDER BY COALESCE(score, -1) DESC, candidate LIMIT 100`,
    [rid],
  )

export async function countCandidates(on: Reader, rid: string): Promise<number> {
  const found = await row<{ n: number }>(
    on,
    'SELECT COUNT(*) AS n FROM packet_candidate WHERE rid = ?',
    [rid],
  )
  return Number(found?.n ?? 0)
}

export interface HouseKeyRow {
  readonly operator: string
  readonly kid: string
  /** Private JWK, sealed at house_key.jwk. */
  readonly jwk: string
}
export const insertHouseKey = (tx: Tx, key: HouseKeyRow): Promise<boolean> =>
  insertIfAbsent(tx, 'house_key', { ...key })
export const houseKeyOf = (on: Reader, operator: string): Promise<HouseKeyRow | undefined> =>
  row(on, 'SELECT operator, kid, jwk FROM house_key WHERE operator = ?', [operator])
