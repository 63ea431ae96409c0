import test from 'ava'
import type { PacketView, Rid } from '#registry'
import { isFinal, timelineOf } from '../../../src/portals/tracking/timeline.ts'

const at = new Date('2026-03-01T10:00:00Z')
const view = (
  state: PacketView['state'],
  stage: string,
  ...steps: [string, string][]
): PacketView => ({
  rid: 'R' as Rid,
  stage,
  state,
  receivedAt: at,
  steps: steps.map(([name, outcome]) => ({ stage: name, outcome, at })),
})
const told = (packet: PacketView) => timelineOf(packet).map(({ name, state }) => `${name} ${state}`)

test('just received: the first step runs, the others are to come, nobody needs to look', (t) => {
  t.deepEqual(told(view('processing', 'verify-seal')), [
    'received done',
    'verify-seal current',
    'validate-fields todo',
    'assess-quality todo',
    'dedupe-demographics todo',
    'dedupe-biometrics todo',
    'assign-uin todo',
  ])
})

test('waiting for a colleague is a step of its own, told only where it happens', (t) => {
  const packet = view(
    'waiting',
    'adjudicate',
    ['verify-seal', 'intact'],
    ['validate-fields', 'valid'],
    ['assess-quality', 'good'],
    ['dedupe-demographics', 'unique'],
    ['dedupe-biometrics', 'candidates'],
  )
  t.deepEqual(told(packet).slice(-3), [
    'dedupe-biometrics done',
    'adjudicate waiting',
    'assign-uin todo',
  ])
  t.false(isFinal(packet))
})

test('a refusal ends the way where it happened', (t) => {
  const packet = view(
    'rejected',
    'rejected',
    ['verify-seal', 'intact'],
    ['validate-fields', 'invalid'],
  )
  t.deepEqual(told(packet), ['received done', 'verify-seal done', 'validate-fields wrong'])
  t.true(isFinal(packet))
})

test('done: every step that was taken, with its time', (t) => {
  const steps = [
    'verify-seal',
    'validate-fields',
    'assess-quality',
    'dedupe-demographics',
    'dedupe-biometrics',
    'assign-uin',
  ]
  const packet = view('done', 'done', ...steps.map((name): [string, string] => [name, 'x']))
  t.true(timelineOf(packet).every(({ state, at: when }) => state === 'done' && when === at))
})
