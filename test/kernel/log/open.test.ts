import test from 'ava'
import { openLog } from '../../../src/kernel/log/open.ts'

const lines = (level: 'info' | 'warn' | 'silent') => {
  const written: string[] = []
  const log = openLog({ log: { level } }, { write: (line) => void written.push(line) })
  return { log, written }
}

test('one JSON object a line, with time, level and message', (t) => {
  const { log, written } = lines('info')
  log.info({ rid: 'R1' }, 'received')
  const { time, ...rest } = JSON.parse(written[0] ?? '')
  t.deepEqual(rest, { level: 'info', rid: 'R1', msg: 'received' })
  t.regex(time, /^\d{4}-\d\d-\d\dT/)
})

test('nothing below the level, nothing at all when silent', (t) => {
  const { log, written } = lines('warn')
  log.info({}, 'a')
  log.debug({}, 'b')
  log.warn({}, 'c')
  t.is(written.length, 1)
  const silent = lines('silent')
  silent.log.error({}, 'd')
  t.is(silent.written.length, 0)
})

test('a field named like personal data or a secret is never written, one level down either', (t) => {
  const { log, written } = lines('info')
  log.error(
    { uin: '371952079184', person: { email: 'a@b.example', fullName: 'Layla' }, token: 'hunter2' },
    'slip',
  )
  t.notRegex(written.join(), /371952079184|a@b\.example|Layla|hunter2/)
  t.regex(written.join(), /\[redacted\]/)
})
