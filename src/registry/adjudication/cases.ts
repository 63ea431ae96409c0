/** What an adjudicator sees. Showing a case leaves a leaf on every person in it. */
import type { Actor } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import { masked, type Rid } from '../identifiers/identifiers.ts'
import type { PersonId } from '../identity/person.ts'
import { openFields, openPhoto, openUin } from '../identity/record.ts'
import { identityOf, photoOf, versionOf } from '../identity/store.ts'
import type { IdentityFields } from '../identity/values.ts'
import { openStored } from '../packet/open.ts'
import { type CandidateRow, candidatesOf, packetOfPerson } from '../packet/store.ts'
import { recordOnAll } from './events.ts'
import { personsOf } from './open.ts'
import { type CaseRow, caseById, listOpen, type Verdict } from './store.ts'

export interface CaseView {
  readonly id: string
  readonly openedAt: Date
  readonly rid: Rid
  readonly status: 'open' | 'decided'
  readonly candidates: number
}
export interface CaseSide {
  /** RID of a packet, masked UIN of an identity. */
  readonly label: string
  /** Empty when the record was erased meanwhile (a rejected packet). */
  readonly fields: IdentityFields
  readonly photo?: { readonly type: string; readonly data: Buffer }
}
export interface OtherSide extends CaseSide {
  readonly candidate: string
  /** 0..1, fused over modalities. */
  readonly score?: number
  readonly modalities: readonly { readonly modality: string; readonly score: number }[]
  readonly reasons: readonly ('biometric' | 'demographic')[]
}
export interface CaseDetail extends CaseView {
  readonly subject: CaseSide
  readonly others: readonly OtherSide[]
  readonly verdict?: Verdict
  /** Until when the decision can be taken back. */
  readonly takesEffectAt?: Date
}

/** Cases in one answer. */
const LIMIT_MAX = 100
/** Candidates shown side by side; the most alike come first. */
const OTHERS_MAX = 20

export async function openCases(
  ctx: Context,
  page: { readonly limit: number; readonly before?: string },
): Promise<readonly CaseView[]> {
  const limit = Math.min(Math.max(1, page.limit), LIMIT_MAX)
  const before = page.before === undefined ? undefined : await caseById(ctx.db, page.before)
  const found = await listOpen(ctx.db, { limit, ...(before && { before }) })
  return found.map((row) => view(row, Number(row.candidates)))
}

/** Leaves a leaf on every person shown. */
export async function readCase(
  ctx: Context,
  id: string,
  actor: Actor,
): Promise<CaseDetail | undefined> {
  const read = await transaction(ctx, async (tx) => {
    const found = await caseById(tx, id)
    if (found === undefined) return undefined
    const persons = (await personsOf(tx, found)).slice(0, OTHERS_MAX + 1)
    await recordOnAll(ctx, tx, 'shown', { caseId: id, actor, persons })
    return { found, candidates: await candidatesOf(tx, found.rid) }
  })
  if (read === undefined) return undefined
  const { found, candidates } = read
  const others: OtherSide[] = []
  for (const candidate of candidates.slice(0, OTHERS_MAX)) {
    others.push({ ...(await sideOf(ctx, candidate.candidate)), ...resemblance(candidate) })
  }
  return {
    ...view(found, candidates.length),
    subject: await sideOf(ctx, found.person),
    others,
    ...(found.verdict !== null && { verdict: found.verdict }),
    ...(found.takes_effect_at !== null && { takesEffectAt: new Date(found.takes_effect_at) }),
  }
}

const view = (row: CaseRow, candidates: number): CaseView => ({
  id: row.id,
  openedAt: new Date(row.opened_at),
  rid: row.rid,
  status: row.status === 'open' ? 'open' : 'decided',
  candidates,
})

const resemblance = (row: CandidateRow) => ({
  candidate: row.candidate,
  ...(row.score !== null && { score: row.score / 1e6 }),
  modalities:
    row.modalities === null ? [] : (JSON.parse(row.modalities) as OtherSide['modalities']),
  reasons: [
    ...(row.score === null ? [] : (['biometric'] as const)),
    ...(row.demographic === 1 ? (['demographic'] as const) : []),
  ],
})

/** From the identity when there is one, else from the packet that waits. */
async function sideOf(ctx: Context, person: PersonId): Promise<CaseSide> {
  const identity = await identityOf(ctx.db, person)
  if (identity !== undefined) {
    const version = await versionOf(ctx.db, person, identity.version)
    const fields = await openFields(ctx, person, identity.version, version)
    const held = version?.photo ?? undefined
    const photo = held === undefined ? undefined : await photoOf(ctx.db, person, held)
    return {
      label: masked(await openUin(ctx, identity)),
      fields,
      ...(held !== undefined &&
        photo !== undefined && {
          photo: { type: photo.type, data: await openPhoto(ctx, person, held, photo.data) },
        }),
    }
  }
  const packet = await packetOfPerson(ctx.db, person)
  if (packet === undefined) return { label: '', fields: {} }
  if (packet.state === 'rejected') return { label: packet.rid, fields: {} }
  const { identity: fields, photo } = await openStored(ctx, packet)
  return {
    label: packet.rid,
    fields,
    photo: { type: photo.type, data: Buffer.from(photo.data, 'base64url') },
  }
}
