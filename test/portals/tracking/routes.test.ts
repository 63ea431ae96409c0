import test from 'ava'
import { receivePacket, sealPacket } from '#registry'
import { aBrowser } from '../../support/browser.ts'
import { anOffice } from '../../support/enrolment-office.ts'
import { aFace } from '../../support/faces.ts'
import { anIdentity } from '../../support/registry.ts'

test('a number leads to its page however it is typed; an unknown one is told so', async (t) => {
  const { ctx, url } = await anOffice(t, { workers: false })
  const photo = aFace(1)
  const sealed = await sealPacket(ctx, 'nadia', { identity: anIdentity(), photo })
  const { rid } = await receivePacket(ctx, sealed)
  const reader = aBrowser(url)
  const ask = await reader.get('/track')
  const typed = rid.toLowerCase().replace(/(.{4})/g, '$1 ')
  const status = await reader.submit(ask, '/track', { rid: typed })
  t.is(new URL(status.url).pathname, `/track/${rid}`)
  t.regex(status.html, /We are working on it/)
  t.regex(status.html, /<noscript><meta http-equiv="refresh"/)
  const unknown = await reader.submit(ask, '/track', { rid: '0000000000000000' })
  t.is(unknown.status, 404)
  t.regex(unknown.html, /We know no enrolment with this number/)
  t.regex(unknown.html, /value="0000000000000000"/)
  const empty = await reader.submit(ask, '/track', { rid: ' ' })
  t.regex(empty.html, /Enter the number/)
  t.is((await reader.get('/track/nonsense')).status, 404)
})
