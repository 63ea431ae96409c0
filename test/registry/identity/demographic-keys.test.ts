import { createHmac } from 'node:crypto'
import test from 'ava'
import { demographicKeys } from '../../../src/registry/identity/demographic-keys.ts'
import { demoCountry } from '../../support/country.ts'
import { anIdentity } from '../../support/registry.ts'

const lookup = (index: string, value: string) =>
  createHmac('sha256', 'k').update(`${index}\n${value}`).digest('base64url')
const ctx = { country: demoCountry(), vault: { lookup } } as never
const keys = (changes: Record<string, unknown>) => demographicKeys(ctx, anIdentity(changes))
const eng = { language: 'eng', value: 'Amina Diallo' }
const ara = { language: 'ara', value: 'أمينة ديالو' }

test('one key for each language of the name, sorted', (t) => {
  t.is(keys({ fullName: [eng] }).length, 1)
  const both = keys({ fullName: [ara, eng] })
  t.is(both.length, 2)
  t.deepEqual(both, [...both].sort())
  t.true(both.includes(keys({ fullName: [eng] })[0] ?? ''))
})

test('the same in another spelling', (t) => {
  const other = { ...eng, value: ' AMINA   DIÁLLO ' }
  t.deepEqual(keys({ fullName: [other] }), keys({ fullName: [eng] }))
})

test('another date, another gender, another order of words, another language', (t) => {
  const before = keys({ fullName: [eng] })
  t.notDeepEqual(keys({ fullName: [eng], dateOfBirth: '1990/03/28' }), before)
  t.notDeepEqual(keys({ fullName: [eng], gender: 'OTH' }), before)
  t.notDeepEqual(keys({ fullName: [{ ...eng, value: 'Diallo Amina' }] }), before)
  t.notDeepEqual(keys({ fullName: [{ ...eng, language: 'fra' }] }), before)
})

test('no key without a name', (t) => t.deepEqual(keys({ fullName: [] }), []))
