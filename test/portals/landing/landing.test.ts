import test from 'ava'
import { withHouse } from '../../support/house.ts'

test('the demo’s map: every door, every account, and each of its links opens', async (t) => {
  const house = await withHouse(t)
  const visitor = house.visitor()
  const { html } = await visitor.get('/')
  for (const { id, password } of house.sandbox.staff) {
    t.true(html.includes(id))
    t.true(html.includes(password))
  }
  const links = new Set([...html.matchAll(/href="(\/[^"#]*)"/g)].map(([, path]) => path ?? ''))
  t.true(links.size > 12)
  for (const link of links) t.true((await visitor.get(link)).status < 400, link)
})
