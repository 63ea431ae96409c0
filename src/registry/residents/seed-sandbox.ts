/** Demo and test profiles: the people, operators and staff of `sandbox.json`, once; what is there stays as it is. */
import assert from 'node:assert/strict'
import { loadSandbox, type Sandbox, type SandboxPerson } from '#kernel/config/sandbox.ts'
import type { Context } from '#kernel/context.ts'
import { type Tx, transaction } from '#kernel/db/db.ts'
import { publish } from '#kernel/outbox/outbox.ts'
import type { Uin, Vid } from '../identifiers/identifiers.ts'
import { importVid } from '../identifiers/vid.ts'
import { demographicKeys } from '../identity/demographic-keys.ts'
import { identityIssued } from '../identity/events.ts'
import { newPersonId } from '../identity/person.ts'
import {
  lookupUin,
  type PreparedIdentity,
  prepareIdentity,
  writeIdentity,
} from '../identity/record.ts'
import { claimDemographicKey, identityByUin, insertSubject } from '../identity/store.ts'
import { subjectOf } from '../identity/subject.ts'
import { compileIdentity } from '../identity/validate.ts'
import { addOperatorKey, addStaff } from '../staff/staff.ts'

const CAUSE = 'sandbox'

export async function seedSandbox(ctx: Context): Promise<void> {
  const sandbox = loadSandbox(ctx)
  await Promise.all([seedPersons(ctx, sandbox.persons), seedStaff(ctx, sandbox)])
}

interface Newcomer {
  readonly entry: SandboxPerson
  readonly prepared: PreparedIdentity
}

async function seedPersons(ctx: Context, persons: readonly SandboxPerson[]): Promise<void> {
  const missing: SandboxPerson[] = []
  for (const entry of persons) {
    const found = await identityByUin(ctx.db, lookupUin(ctx, entry.uin as Uin))
    if (found === undefined) missing.push(entry)
  }
  if (missing.length === 0) return
  const validate = compileIdentity(ctx.country)
  const newcomers: Newcomer[] = []
  for (const entry of missing) {
    const finding = validate(entry.identity, ctx.now())
    assert(finding === undefined, `sandbox.json: ${finding?.fault} ${finding?.fields.join(', ')}`)
    const content = { uin: entry.uin as Uin, fields: entry.identity }
    newcomers.push({ entry, prepared: await prepareIdentity(ctx, newPersonId(ctx), content) })
  }
  await transaction(ctx, async (tx) => {
    for (const newcomer of newcomers) await addPerson(ctx, tx, newcomer)
  })
}

async function addPerson(ctx: Context, tx: Tx, { entry, prepared }: Newcomer): Promise<void> {
  const { person } = prepared
  // Another process seeded him meanwhile.
  if (!(await writeIdentity(tx, prepared, { cause: CAUSE, at: ctx.now() }))) return
  await insertSubject(tx, subjectOf(ctx, person), person)
  for (const key of demographicKeys(ctx, entry.identity))
    await claimDemographicKey(tx, key, person, ctx.now().getTime())
  for (const { type, vid } of entry.vids ?? []) await importVid(ctx, tx, person, type, vid as Vid)
  await identityIssued(ctx, tx, person, { cause: CAUSE })
  await publish(ctx, tx, 'identity.issued', person, { person })
}

async function seedStaff(ctx: Context, { staff, operators }: Sandbox): Promise<void> {
  await Promise.all(staff.map((member) => addStaff(ctx, member)))
  await transaction(ctx, async (tx) => {
    for (const { id, jwk } of operators) await addOperatorKey(ctx, tx, id, jwk)
  })
}
