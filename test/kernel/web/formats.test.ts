import test from 'ava'
import fc from 'fast-check'
import {
  formatCalendarDate,
  formatDateTime,
  formatTime,
  inGroups,
  maskedNumber,
} from '../../../src/kernel/web/formats.ts'

const moment = new Date('2026-03-03T13:02:00Z')

test('times are told in the country’s zone, dates day first', (t) => {
  t.is(formatDateTime('en', 'Africa/Tunis', moment), '3 March 2026 at 14:02')
  t.is(formatDateTime('fr', 'Africa/Tunis', moment), '3 mars 2026 à 14:02')
  t.is(formatTime('en', 'Asia/Tokyo', moment), '22:02')
})

test('a date of birth has no time zone', (t) => {
  t.is(formatCalendarDate('en', '1990/05/17'), '17 May 1990')
  t.is(formatCalendarDate('fr', '1990-05-17'), '17 mai 1990')
  t.is(formatCalendarDate('en', '1990/13/45'), '1990/13/45')
  t.is(formatCalendarDate('en', 'about 1950'), 'about 1950')
})

test('numbers stand in groups of four, counted from the right', (t) => {
  t.is(inGroups('274815110415'), '2748\u00a01511\u00a00415')
  t.is(inGroups('1234567890'), '12\u00a03456\u00a07890')
  t.is(maskedNumber('274815110415'), '••••\u00a0••••\u00a00415')
  t.is(maskedNumber('415'), '415')
})

test('grouping loses no digit, masking shows four at most', (t) => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{0,20}$/), (digits) => {
      t.is(inGroups(digits).replaceAll('\u00a0', ''), digits)
      t.true((maskedNumber(digits).match(/\d/g) ?? []).length <= 4)
    }),
  )
  t.pass()
})
