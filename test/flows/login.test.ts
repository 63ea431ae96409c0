import test from 'ava'
import { logIn, withIdp } from '../support/idp.ts'

test('a login from pushed request to userinfo, with consent', async (t) => {
  const house = await withIdp(t)
  const [person] = house.people
  if (!person) return t.fail('no person')
  const { claims, userinfo } = await logIn(house, house.rp, person, {
    params: { scope: 'openid profile email' },
  })
  t.is(claims.acr, 'mosip:idp:acr:generated-code')
  t.deepEqual(claims.amr, ['otp'])
  t.is(claims.iss, house.url)
  t.is(userinfo.name, person.name)
  t.false(JSON.stringify([claims, userinfo]).includes(person.uin))
})
