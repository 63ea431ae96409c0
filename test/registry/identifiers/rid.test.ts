import { randomBytes } from 'node:crypto'
import test from 'ava'
import fc from 'fast-check'
import { mosipTokenId, partnerTokenOf } from '../../../src/registry/identifiers/partner-token.ts'
import {
  drawRid,
  formatMosipRid,
  groupedRid,
  isRid,
  normaliseRid,
  parseMosipRid,
} from '../../../src/registry/identifiers/rid.ts'

test('a RID is valid, and is read back from what a person types', (t) => {
  for (let i = 0; i < 50; i++) {
    const rid = drawRid(randomBytes)
    t.true(isRid(rid))
    t.is(normaliseRid(` ${groupedRid(rid).toLowerCase()} `), rid)
    t.is(normaliseRid(rid.replace(/1/g, 'l').replace(/0/g, 'o')), rid)
  }
})

test('any one wrong character of a RID is noticed', (t) => {
  fc.assert(
    fc.property(
      fc.nat(15),
      fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
      (at, character) => {
        const rid = drawRid(randomBytes)
        const wrong = rid.slice(0, at) + character + rid.slice(at + 1)
        return wrong === rid || !isRid(wrong)
      },
    ),
  )
  t.pass()
})

test("MOSIP's RID goes both ways", (t) => {
  const text = '100011000100042' + '20261122093015'
  const parsed = parseMosipRid(text)
  t.deepEqual(parsed, {
    centre: '10001',
    machine: '10001',
    sequence: 42,
    at: new Date('2026-11-22T09:30:15Z'),
  })
  t.is(parsed && formatMosipRid(parsed), text)
  t.is(parseMosipRid('100011000100042' + '20260231093015'), undefined)
  t.is(parseMosipRid('10001'), undefined)
})

test("MOSIP's token id: the published vector", (t) => {
  t.is(
    mosipTokenId({ uin: '2619730692', uinSalt: 'us', partnerCode: 'pc', partnerSalt: 'ps' }),
    '257783923649043623688070699142219780',
  )
})

test('partner tokens: 36 digits, stable, different for each partner and person', (t) => {
  const vault = {
    lookup: (index: string, value: string) =>
      Buffer.from(`${index}|${value}`.padEnd(32, '#').slice(-32)).toString('base64url'),
  }
  const token = (person: string, partner: string) => partnerTokenOf(vault as never, person, partner)
  t.regex(token('p1', 'bank'), /^\d{36}$/)
  t.is(token('p1', 'bank'), token('p1', 'bank'))
  t.is(new Set([token('p1', 'bank'), token('p2', 'bank'), token('p1', 'clinic')]).size, 3)
  // The pair is encoded without ambiguity: ("a", "bc") is not ("ab", "c").
  t.not(token('a', 'bc'), token('ab', 'c'))
})
