/** Messages of the enrolment. To every channel that the packet names; the UIN travels in none of them. */
import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import { requestMessage } from '#kernel/messages/messages.ts'
import type { Rid, Vid } from '../identifiers/identifiers.ts'
import { groupedRid } from '../identifiers/rid.ts'
import { channelsIn, languageIn } from '../identity/read.ts'
import type { IdentityFields } from '../identity/values.ts'

/** The packet is readable and complete; here is the number to follow it by. */
export const tellArrival = (
  ctx: Context,
  tx: Tx,
  rid: Rid,
  fields: IdentityFields,
): Promise<void> => tell(ctx, tx, fields, 'packet-received', { rid: groupedRid(rid) })

/** The packet came to its end without an identity; the number leads to the page that says more. */
export async function tellRejection(
  ctx: Context,
  tx: Tx,
  rid: Rid,
  fields: IdentityFields,
  reason: string,
): Promise<void> {
  const text = ctx.web.catalogues.text(
    languageIn(ctx, fields),
    `residents.rejected.${kind(reason)}`,
  )
  await tell(ctx, tx, fields, 'packet-rejected', { rid: groupedRid(rid), reason: text })
}

/** A message says it in a few words; the code is for clients. */
function kind(reason: string): 'duplicate' | 'photograph' | 'other' {
  if (reason === 'adjudication.duplicate') return 'duplicate'
  return reason.startsWith('sample.') ? 'photograph' : 'other'
}

/** The identity is there. The VID signs in at "my identity", where the UIN can be seen. */
export const tellIdentity = (
  ctx: Context,
  tx: Tx,
  { rid, vid, fields }: { readonly rid: Rid; readonly vid: Vid; readonly fields: IdentityFields },
): Promise<void> =>
  tell(ctx, tx, fields, 'identity-issued', { rid: groupedRid(rid), vid: grouped(vid) })

async function tell(
  ctx: Context,
  tx: Tx,
  fields: IdentityFields,
  template: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const language = languageIn(ctx, fields)
  for (const { channel, address } of channelsIn(ctx, fields)) {
    await requestMessage(ctx, tx, { channel, address, template, language, values })
  }
}

const grouped = (number: string): string => number.match(/.{1,4}/g)?.join(' ') ?? number
