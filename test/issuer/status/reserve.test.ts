import { setTimeout as sleep } from 'node:timers/promises'
import { row, rows } from '#kernel/db/db.ts'
import { openReservations } from '../../../src/issuer/status/reserve.ts'
import { withIssuerContext } from '../../support/issuer.ts'
import { testOn } from '../../support/servers.ts'

for (const engine of ['sqlite', 'mariadb'] as const) {
  const test = testOn(engine)

  test(`${engine}: eight processes' worth of reservations never share an index`, async (t) => {
    const ctx = await withIssuerContext(t, { engine })
    // each stands for a process: it knows nothing of the others but what is in the database
    const allocators = Array.from({ length: 8 }, () => openReservations(ctx, 256))
    const places = await Promise.all(
      allocators.map(async (reserve, index) => {
        const mine = []
        for (let round = 0; round < 12; round++) {
          mine.push(...(await reserve(1 + ((index + round) % 5))))
          await sleep(0)
        }
        return mine
      }),
    )
    const keys = places.flat().map(({ list, index }) => `${list}/${index}`)
    t.is(new Set(keys).size, keys.length)
    t.true(places.flat().every(({ index }) => index >= 0 && index < 256))
    const lists = await rows<{ number: number; used: number }>(
      ctx.db,
      'SELECT number, used FROM status_list ORDER BY number',
    )
    t.true(lists.length >= 2, 'the first list was filled and another opened')
    t.true(lists.every(({ used }) => used <= 256))
  })

  test(`${engine}: the order survives a restart and is not the order of arrival`, async (t) => {
    const ctx = await withIssuerContext(t, { engine })
    const before = await openReservations(ctx, 4096)(40)
    const after = await openReservations(ctx, 4096)(40)
    const indices = [...before, ...after].map(({ index }) => index)
    t.is(new Set(indices).size, 80)
    t.notDeepEqual(
      indices,
      indices.toSorted((a, b) => a - b),
    )
    const stored = await row<{ seed: string }>(ctx.db, 'SELECT seed FROM status_list')
    t.regex(stored?.seed ?? '', /^v1\./, 'the seed is sealed')
  })
}
