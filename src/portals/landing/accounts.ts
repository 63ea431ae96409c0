/** The demo's accounts: who one can be, and how to come in. */
import type { Sandbox } from '#kernel/config/sandbox.ts'
import type { Context } from '#kernel/context.ts'
import { nameOf } from '../inbox/inbox.ts'
import { inLanguage } from '../present-fields.ts'

/** Enough to choose from; the rest of the sandbox is found in its file. */
const RESIDENTS_SHOWN = 5

export const accountsOf = (ctx: Context, language: string, sandbox: Sandbox) => ({
  residents: sandbox.persons.slice(0, RESIDENTS_SHOWN).map(({ uin, vids = [], identity }) => ({
    name: nameOf(ctx, language, identity),
    uin,
    vid: vids[0]?.vid,
    vidType: vidTypeName(ctx, language, vids[0]?.type),
  })),
  staff: sandbox.staff.map(({ id, name, roles, password }) => ({ id, name, roles, password })),
})

const vidTypeName = (
  { country }: Context,
  language: string,
  type: string | undefined,
): string | undefined => {
  const policy = country.vidTypes.find((vidType) => vidType.type === type)
  return policy && inLanguage(policy.name, language)
}
