import test from 'ava'
import { firstStage, stages } from '../../../src/registry/processing/stages.ts'

const ends = ['done', 'rejected']
const next = (name: string): string[] => Object.values(stages[name as keyof typeof stages].on)
const reach = (from: string, seen = new Set<string>()): Set<string> => {
  if (seen.has(from)) return seen
  seen.add(from)
  if (!ends.includes(from)) for (const to of next(from)) reach(to, seen)
  return seen
}

test('every stage and both ends can be reached', (t) => {
  t.deepEqual([...reach(firstStage)].sort(), [...Object.keys(stages), ...ends].sort())
})

for (const name of Object.keys(stages)) {
  test(`from ${name} a packet can end`, (t) => {
    const reached = reach(name)
    t.true(ends.some((end) => reached.has(end)))
  })
}

test('the only way back is into the stage itself: no packet runs in circles', (t) => {
  for (const name of Object.keys(stages))
    for (const to of next(name)) if (to !== name) t.false(reach(to).has(name), `${name} -> ${to}`)
})

test('no UIN without biometric deduplication or a person who decided', (t) => {
  for (const name of Object.keys(stages))
    if (next(name).includes('assign-uin') && name !== 'assign-uin')
      t.true(['dedupe-biometrics', 'adjudicate'].includes(name), name)
  t.deepEqual(
    Object.keys(stages).filter(
      (name) => next(name).includes('adjudicate') && name !== 'adjudicate',
    ),
    ['dedupe-biometrics'],
  )
})

test('done comes of assigning a UIN alone', (t) => {
  t.deepEqual(
    Object.keys(stages).filter((name) => next(name).includes('done')),
    ['assign-uin'],
  )
})
