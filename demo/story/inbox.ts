/** The development inbox: what a resident's phone would have received. */
import { until } from './checks.ts'

interface Message {
  readonly subject: string
  readonly text: string
  readonly at: string
}

/** The newest message to `to` that `pattern` finds something in, sent since `after`; its first group. */
export const received = (
  url: string,
  to: string,
  pattern: RegExp,
  after: Date = new Date(0),
): Promise<string> =>
  until(async () => {
    const answer = await fetch(`${url}/sandbox/inbox?to=${encodeURIComponent(to)}`)
    const messages = (await answer.json()) as Message[]
    for (const { text, at } of messages) {
      const found = new Date(at) >= after ? pattern.exec(text)?.[1] : undefined
      if (found !== undefined) return found
    }
    return undefined
  }, 'a message')

export const codePattern = /\b(\d{6})\b/
