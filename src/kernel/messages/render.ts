import assert from 'node:assert/strict'
import type { Localised } from '../config/country.ts'
import type { Context } from '../context.ts'
import type { NewMessage } from './messages.ts'

/** Subject and text in the message's language, or the pack's first. A missing template or value is a bug. */
export const renderMessage = (
  ctx: Context,
  message: Pick<NewMessage, 'template' | 'language' | 'values'>,
): { subject: string; text: string } => {
  const template = ctx.country.templates[message.template]
  assert(template, `no template ${message.template}`)
  const filled = (localised: Localised): string => {
    const text = localised[message.language] ?? localised[ctx.country.languages[0]?.tag ?? '']
    assert(text !== undefined, `template ${message.template} has no text`)
    return text.replace(/\{([^{}]*)\}/g, (_, name: string) => {
      const value = message.values[name]
      assert(value !== undefined, `template ${message.template}: no value for ${name}`)
      return value
    })
  }
  return { subject: filled(template.subject), text: filled(template.text) }
}
