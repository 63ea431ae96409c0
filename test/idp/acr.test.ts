import test from 'ava'
import {
  acrRequestOf,
  offeredFactors,
  otpAcr,
  passkeyAcr,
  satisfies,
} from '../../src/idp/authentication/acr.ts'
import { plain } from '../../src/idp/authentication/limits.ts'
import { localPath } from '../../src/idp/sign-in/transaction.ts'

const claims = (acr: unknown) => JSON.stringify({ id_token: { acr } })

test('an essential claim counts before acr_values', (t) => {
  t.deepEqual(acrRequestOf({ acr_values: 'a b' }), { values: ['a', 'b'], essential: false })
  const essential = claims({ essential: true, values: [passkeyAcr] })
  t.deepEqual(acrRequestOf({ acr_values: 'a', claims: essential }), {
    values: [passkeyAcr],
    essential: true,
  })
  t.deepEqual(acrRequestOf({ claims: claims({ essential: true, value: 'v' }) }).values, ['v'])
  // essential without a value asks for an acr, whichever (OIDC Core §5.5.1.1)
  t.deepEqual(acrRequestOf({ claims: claims({ essential: true }) }), {
    values: [],
    essential: false,
  })
  t.deepEqual(acrRequestOf({ claims: claims(null) }), { values: [], essential: false })
  t.deepEqual(acrRequestOf({}), { values: [], essential: false })
})

test('what satisfies what', (t) => {
  const wish = (...values: string[]) => ({ values, essential: false })
  const must = (...values: string[]) => ({ values, essential: true })
  t.true(satisfies(otpAcr, wish()))
  t.true(satisfies(undefined, wish('urn:unknown')))
  t.true(satisfies(otpAcr, wish(otpAcr)))
  t.false(satisfies(otpAcr, wish(passkeyAcr)))
  t.true(satisfies(passkeyAcr, wish(otpAcr)))
  t.true(satisfies(otpAcr, wish(passkeyAcr, otpAcr)))
  t.false(satisfies(undefined, wish(otpAcr)))
  t.false(satisfies(passkeyAcr, must(otpAcr)))
  t.true(satisfies(passkeyAcr, must(passkeyAcr)))
})

test('what is offered, in order', (t) => {
  t.deepEqual(offeredFactors({ values: [], essential: false }), ['otp', 'passkey'])
  t.deepEqual(offeredFactors({ values: [passkeyAcr], essential: false }), ['passkey', 'otp'])
  t.deepEqual(offeredFactors({ values: [passkeyAcr], essential: true }), ['passkey'])
  t.deepEqual(offeredFactors({ values: ['urn:unknown'], essential: true }), [])
})

test('numbers as limits count them', (t) => {
  t.is(plain(' 4821-9035 7716 '), '482190357716')
})

test('only paths of ours', (t) => {
  t.is(localPath('/my-identity?tab=vids'), '/my-identity?tab=vids')
  for (const path of [
    undefined,
    '',
    'x',
    '//x',
    '/\\x',
    'https://x',
    '/\n',
    `/${'x'.repeat(400)}`,
  ]) {
    t.is(localPath(path), '/my-identity')
  }
})
