import { randomUUID } from 'node:crypto'
import test from 'ava'
import { signInStaff, withHouse } from '../../support/house.ts'

const paths = ['/adjudication', `/adjudication/cases/${randomUUID()}`]

test('a stranger is led to sign in', async (t) => {
  const house = await withHouse(t)
  for (const path of paths) {
    const reply = await house.visitor().send(path)
    t.is(reply.status, 303, path)
    t.is(reply.headers.get('location'), `/staff/sign-in?return=${encodeURIComponent(path)}`, path)
  }
})

test('an operator may not look, decide or take back', async (t) => {
  const house = await withHouse(t)
  const operator = house.visitor()
  await signInStaff(house, operator, 'operator-1')
  for (const path of paths) t.is((await operator.send(path)).status, 403, path)
  for (const act of ['', '/withdraw']) {
    const reply = await operator.send(`${paths[1]}${act}`, {
      method: 'POST',
      headers: { origin: house.url, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'verdict=unique&reason=no',
    })
    t.is(reply.status, 403, act)
  }
})

test('an adjudicator finds an empty list that says how to fill it, and no case that is not there', async (t) => {
  const house = await withHouse(t)
  const adjudicator = house.visitor()
  await signInStaff(house, adjudicator, 'adjudicator-1')
  const list = await adjudicator.get('/adjudication')
  t.regex(list.html, /No case is waiting/)
  t.regex((await adjudicator.get(paths[1] ?? '')).url, /\/adjudication$/)
  t.is((await adjudicator.get('/adjudication/cases/1%20OR%201')).status, 400)
  const decision = await adjudicator.send(paths[1] ?? '', {
    method: 'POST',
    headers: { origin: house.url, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'verdict=unique&reason=none',
  })
  t.is(decision.status, 404)
})
