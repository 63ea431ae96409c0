import test from 'ava'
import { signInResident, withHouse } from '../../support/house.ts'

test('a person’s phone shows the code that was sent, and no address stands in a URL', async (t) => {
  const house = await withHouse(t)
  await signInResident(house, house.visitor())
  const visitor = house.visitor()
  const { html } = await visitor.get('/inbox')
  t.regex(html, /<strong class="inbox__code plinth-number">\d{6}<\/strong>/)
  t.notRegex(html, /href="[^"]*(@|%40|\+?999)/)
  const other = [...html.matchAll(/href="(\/inbox\?phone=[^"]+)"/g)].at(2)?.[1] ?? ''
  t.regex((await visitor.get(other)).html, /No message yet/)
  t.is((await visitor.get('/inbox?phone=unknown')).status, 200)
})
