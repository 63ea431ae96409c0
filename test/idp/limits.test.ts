import test from 'ava'
import type { Context } from '#kernel/context.ts'
import { allowSignIn, allowTry } from '../../src/idp/authentication/limits.ts'
import { limits } from '../../src/idp/parameters.ts'
import { withContext } from '../support/context.ts'

/** Production's numbers, not the two hundred times of the test profile. */
const strict = async (t: Parameters<typeof withContext>[0]): Promise<Context> => {
  const ctx = await withContext(t)
  return { ...ctx, config: { ...ctx.config, profile: 'production' } }
}
const allowed = (tries: readonly Promise<boolean>[]): Promise<number> =>
  Promise.all(tries).then((answers) => answers.filter(Boolean).length)

test('guesses at one number are counted over all sign-ins, however it is written', async (t) => {
  const ctx = await strict(t)
  const { max } = limits.triesPerIdentifierPerDay
  const spellings = ['482190357716', '4821 9035 7716', '4821-9035-7716']
  const guesses = Array.from({ length: max + 10 }, (_, at) =>
    allowTry(ctx, spellings[at % 3] ?? ''),
  )
  t.is(await allowed(guesses), max)
  t.true(max <= 100, 'NIST SP 800-63B §5.2.2')
  t.true(await allowTry(ctx, '482190357717'))
})

test('an address tries many numbers, many addresses of one network as one', async (t) => {
  const ctx = await strict(t)
  const { max } = limits.signInsPerIp
  const from = Array.from({ length: max + 10 }, (_, at) => ({
    ip: `2001:db8::${at.toString(16)}`,
    identifier: String(482190357716 + at),
  }))
  t.is(await allowed(from.map((asker) => allowSignIn(ctx, asker))), max)
  t.true(await allowSignIn(ctx, { ip: '192.0.2.7', identifier: '482190357716' }))
})
