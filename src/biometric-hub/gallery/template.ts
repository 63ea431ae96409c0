/** A template as it lies in the database: float32, little-endian, sealed to its row and its model. */
import type { Context } from '#kernel/context.ts'
import type { SubjectRef } from '../outcomes.ts'
import type { Reference } from './store.ts'

export const sealTemplate = (
  ctx: Context,
  subject: SubjectRef,
  model: string,
  template: Float32Array,
): Promise<string> => {
  const bytes = Buffer.alloc(template.length * 4)
  template.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4)
  })
  return ctx.vault.seal(place(subject, model), bytes)
}

/** Throws Problem `vault.unreadable` when the row, its model or the sealed value was changed. */
export async function openTemplate(ctx: Context, reference: Reference): Promise<Float32Array> {
  const bytes = await ctx.vault.open(place(reference.subject, reference.model), reference.sealed)
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4))
}

const place = (subject: SubjectRef, model: string) => ({
  table: 'hub_templates',
  column: 'sealed',
  row: `${subject}/face/${model}`,
})
