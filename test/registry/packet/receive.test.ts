/** Exactly once, eight at a time, on both engines. */
import { randomUUID } from 'node:crypto'
import { row } from '../../../src/kernel/db/db.ts'
import { aPacket, problemCode, ridOf, withRegistry } from '../../support/registry.ts'
import { testOn } from '../../support/servers.ts'

const PARALLEL = 8

for (const engine of ['sqlite', 'mariadb'] as const) {
  testOn(engine)(`the same bytes eight times at once are one packet (${engine})`, async (t) => {
    const registry = await withRegistry(t, { engine, workers: false })
    const sealed = await aPacket(registry)
    const answers = await Promise.all(Array.from({ length: PARALLEL }, () => registry.post(sealed)))
    t.is(answers.filter(({ status }) => status === 202).length, 1)
    t.is(answers.filter(({ status }) => status === 200).length, PARALLEL - 1)
    t.is(new Set(await Promise.all(answers.map(ridOf))).size, 1)
    for (const table of ['packet', 'packet_seal', 'job', 'audit_leaf', 'subject']) {
      const found = await row<{ n: number }>(registry.ctx.db, `SELECT COUNT(*) AS n FROM ${table}`)
      t.is(Number(found?.n), 1, table)
    }
  })

  testOn(engine)(
    `eight packets under one packetId at once: one is received (${engine})`,
    async (t) => {
      const registry = await withRegistry(t, { engine, workers: false })
      const packetId = randomUUID()
      const packets = Array.from({ length: PARALLEL }, () =>
        aPacket(registry, { content: { packetId } }),
      )
      const answers = await Promise.all((await Promise.all(packets)).map(registry.post))
      t.is(answers.filter(({ status }) => status === 202).length, 1)
      const refused = answers.filter(({ status }) => status === 409)
      t.is(refused.length, PARALLEL - 1)
      for (const answer of refused) t.is(await problemCode(answer), 'packet.replayed')
      const found = await row<{ n: number }>(
        registry.ctx.db,
        'SELECT COUNT(*) AS n FROM packet_seal',
      )
      t.is(Number(found?.n), 1)
    },
  )
}

testOn('sqlite')(
  'a packet sealed for a key that was rotated since is still received',
  async (t) => {
    const registry = await withRegistry(t, { workers: false })
    const before = await aPacket(registry)
    await registry.ctx.keys.rotate('packet-intake')
    const answer = await fetch(`${registry.url}/packets/intake-key`)
    const { keys } = (await answer.json()) as { keys: { kid: string; d?: string }[] }
    t.not(keys[0]?.kid, registry.intake.kid)
    t.is(keys[0]?.d, undefined)
    t.is((await registry.post(before)).status, 202)
  },
)

testOn('sqlite')('the published key is for anybody, from any origin', async (t) => {
  const { url } = await withRegistry(t, { workers: false })
  const answer = await fetch(`${url}/packets/intake-key`, {
    headers: { origin: 'https://x.example' },
  })
  t.is(answer.headers.get('access-control-allow-origin'), '*')
  const { keys } = (await answer.json()) as { keys: Record<string, string>[] }
  t.like(keys[0], { kty: 'EC', crv: 'P-256', alg: 'ECDH-ES', use: 'enc' })
})
