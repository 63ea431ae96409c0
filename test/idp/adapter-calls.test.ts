import test from 'ava'
import { aBrowser } from '../support/browser.ts'
import { logIn, withIdp } from '../support/idp.ts'

/** Storage calls of the engine in one login with consent; the engine alone with its own pages needs 40. */
const callsMax = 40

test('a login stays within its storage calls', async (t) => {
  const house = await withIdp(t)
  const [person] = house.people
  if (!person) return t.fail()
  await logIn(house, house.rp, person)
  house.calls.length = 0
  const browser = aBrowser(house.url)
  await logIn(house, house.rp, person, { browser })
  t.log(`${house.calls.length} calls, ${browser.requests()} requests by the browser`)
  t.true(house.calls.length <= callsMax, house.calls.join(' '))
})
