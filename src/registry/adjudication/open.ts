import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import { uuid } from '../identity/person.ts'
import { candidatesOf, type PacketRow } from '../packet/store.ts'
import { recordOnAll, type Shown } from './events.ts'
import { insertCase } from './store.ts'

/** One case for the packet; a second call does nothing. */
export async function openCase(
  ctx: Context,
  tx: Tx,
  packet: Pick<PacketRow, 'rid' | 'person'>,
): Promise<void> {
  const id = uuid(ctx)
  const { rid, person } = packet
  if (!(await insertCase(tx, { id, rid, person, opened_at: ctx.now().getTime() }))) return
  const persons = await personsOf(tx, packet)
  const actor = { type: 'system', id: 'registry' } as const
  await recordOnAll(ctx, tx, 'opened', { caseId: id, actor, persons })
}

/** The subject, then the candidates. */
export async function personsOf(
  tx: Tx,
  { rid, person }: Pick<PacketRow, 'rid' | 'person'>,
): Promise<Shown[]> {
  const candidates = await candidatesOf(tx, rid)
  return [
    { person, role: 'subject' },
    ...candidates.map(({ candidate }) => ({ person: candidate, role: 'candidate' as const })),
  ]
}
