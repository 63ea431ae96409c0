/** The demo's accounts: who one can be, and how to come in. */
import type { Sandbox } from '#kernel/config/sandbox.ts'
import type { Context } from '#kernel/context.ts'
import { nameOf } from '../inbox/inbox.ts'

/** Enough to choose from; the rest of the sandbox is found in its file. */
const RESIDENTS_SHOWN = 5

export const accountsOf = (ctx: Context, language: string, sandbox: Sandbox) => ({
  residents: sandbox.persons.slice(0, RESIDENTS_SHOWN).map(({ uin, vids = [], identity }) => ({
    name: nameOf(ctx, language, identity),
    uin,
    vid: vids[0]?.vid,
  })),
  staff: sandbox.staff.map(({ id, name, roles, password }) => ({ id, name, roles, password })),
})

/** Of each card the account that it is tried with. */
export const cardsOf = ({ residents, staff }: ReturnType<typeof accountsOf>) => {
  const [person] = residents
  const member = (role: string) => staff.find(({ roles }) => roles[0] === role)
  return {
    resident: person && { name: person.name, number: person.uin },
    bank: person && { name: person.name, number: person.vid ?? person.uin },
    operator: member('operator'),
    adjudicator: member('adjudicator'),
    administrator: member('administrator'),
  }
}
