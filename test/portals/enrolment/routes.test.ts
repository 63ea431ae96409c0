import { setTimeout as pause } from 'node:timers/promises'
import test from 'ava'
import { packetStatus } from '#registry'
import { aBrowser } from '../../support/browser.ts'
import { anOffice, begin, fill, fillAll, goodForm, upload } from '../../support/enrolment-office.ts'
import { aFace, aFarFace, aWall, twoFaces } from '../../support/faces.ts'

test.serial('a person from the first page to a UIN, without scripts', async (t) => {
  const { ctx, browser } = await anOffice(t)
  const desk = await browser()
  const draft = await begin(desk)
  t.regex((await fill(desk, draft, 'names')).url, /\/birth$/)
  t.regex((await fill(desk, draft, 'birth')).url, /\/address$/)
  t.regex((await fill(desk, draft, 'address')).url, /\/contact$/)
  t.regex((await fill(desk, draft, 'contact')).url, /\/photograph$/)
  const kept = await upload(desk, draft, aFace(1))
  t.is(kept.status, 303)
  const photo = await desk.get(`${draft}/photograph`)
  t.regex(photo.html, /data:image\/jpeg;base64,/)
  t.regex(photo.html, /data-box="\d+ \d+ \d+ \d+"/)
  t.is((await upload(desk, draft)).headers.get('location'), draft)
  const check = await desk.get(draft)
  for (const shown of [
    'Mira Orvane',
    'ميرا أورفان',
    '27 March 1990|March 27, 1990',
    'Female',
    'Port Amber',
  ])
    t.regex(check.html, new RegExp(shown))
  const sent = await desk.submit(check, draft)
  const rid = new URL(sent.url).pathname.replace('/enrolment/sent/', '')
  t.regex(rid, /^[0-9A-Z]{16}$/)
  t.regex(sent.html, new RegExp(`/track/${rid}`))
  for (let tries = 0; tries < 100 && (await packetStatus(ctx, rid))?.state !== 'done'; tries++)
    await pause(100)
  const status = await packetStatus(ctx, rid)
  t.is(status?.state, 'done', JSON.stringify(status))
  const stranger = aBrowser(ctx.config.server.publicUrl)
  const track = await stranger.get(`/track/${rid}`)
  t.regex(track.html, /You are registered/)
  t.regex(track.html, /data-final/)
  t.true(track.html.includes(status?.uinMasked ?? 'none'))
  t.notRegex(track.html, /Mira|Orvane/)
})

test.serial('pressing send eight times at once, and once more later, is one packet', async (t) => {
  const { ctx, browser } = await anOffice(t, { workers: false })
  const desk = await browser()
  const draft = await fillAll(desk, aFace(2))
  const press = () =>
    desk.send(draft, {
      method: 'POST',
      headers: {
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: '',
    })
  const replies = await Promise.all(Array.from({ length: 8 }, press))
  const places = new Set(replies.map((reply) => reply.headers.get('location')))
  t.is(places.size, 1)
  const [place = ''] = places
  t.regex(place ?? '', /^\/enrolment\/sent\//)
  t.is((await press()).headers.get('location'), place)
  t.truthy(await packetStatus(ctx, (place ?? '').split('/').at(-1) ?? ''))
  const gone = await desk.get(draft)
  t.regex(gone.html, /no longer here/)
})

test.serial('nothing typed is lost: wrong answers come back, with what to do', async (t) => {
  const { browser } = await anOffice(t, { workers: false })
  const desk = await browser()
  const draft = await begin(desk)
  const page = await fill(desk, draft, 'birth', {
    'dateOfBirth-day': '31',
    'dateOfBirth-month': '2',
    'dateOfBirth-year': '1990',
  })
  t.is(page.status, 400)
  t.regex(page.html, /<title>Error: /)
  t.regex(page.html, /govuk-error-summary/)
  t.regex(page.html, /href="#dateOfBirth-day"/)
  t.regex(page.html, /href="#gender"/)
  t.regex((await desk.get(`${draft}/birth`)).html, /id="dateOfBirth-day"[^>]*value="31"/)
  // What is not finished can not be sent: the way leads back to it.
  const early = await desk.get(draft)
  t.regex(early.url, /\/names\?change=1$/)
})

test.serial(
  'nor when the session ends: the same browser saves, signs in and goes on',
  async (t) => {
    const { browser, url } = await anOffice(t, { workers: false })
    const desk = await browser()
    const draft = await begin(desk)
    for (const key of desk.cookies.keys())
      if (key.startsWith('plinth_staff')) desk.cookies.delete(key)
    const form = (values: Record<string, string>, from = desk) =>
      from.send(`${draft}/names`, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin' },
        body: new URLSearchParams(values),
      })
    const reply = await form(goodForm.names)
    t.is(
      reply.headers.get('location'),
      `/staff/sign-in?return=${encodeURIComponent(`${draft}/names`)}`,
    )
    const stranger = aBrowser(url)
    await form({ 'fullName-en': 'Somebody Else' }, stranger)
    const signIn = await desk.get('/staff/sign-in?return=/enrolment')
    await desk.submit(signIn, '/staff/sign-in', { id: 'nadia', password: 'sea salt and lamps' })
    const again = await desk.get(`${draft}/names`)
    t.regex(again.html, /value="Mira Orvane"/)
    t.notRegex(again.html, /Somebody Else/)
  },
)

test.serial('who may: operators, and of a draft only the one who began it', async (t) => {
  const { browser, url } = await anOffice(t, { workers: false })
  const stranger = aBrowser(url)
  t.regex((await stranger.send('/enrolment')).headers.get('location') ?? '', /^\/staff\/sign-in/)
  const assess = await stranger.send('/enrolment/assess', {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new Uint8Array([1]),
  })
  t.is(assess.status, 303)
  const adjudicator = await browser('salma')
  t.is((await adjudicator.get('/enrolment')).status, 403)
  const desk = await browser()
  const draft = await begin(desk)
  await fill(desk, draft, 'names')
  const colleague = await browser('idris')
  const theirs = await colleague.get(`${draft}/names`)
  t.regex(theirs.url, /\/enrolment\?gone=1$/)
  t.notRegex(theirs.html, /Mira/)
})

test.serial('photographs: each fault has its words, and a poor one does not pass', async (t) => {
  const { browser, ctx } = await anOffice(t, { workers: false })
  const desk = await browser()
  const draft = await begin(desk)
  const faultOf = async (reply: Response) =>
    [reply.status, /error-message[\s\S]*?<\/p>/.exec(await reply.text())?.[0]] as const
  const cases = [
    [await upload(desk, draft), /Take or choose/],
    [
      await upload(desk, draft, { type: 'image/jpeg', data: Buffer.from('GIF89a') }),
      /not a JPEG or PNG/,
    ],
    [await upload(desk, draft, aWall()), /no face/],
    [await upload(desk, draft, twoFaces()), /more than one face/],
  ] as const
  for (const [reply, words] of cases) {
    const [status, message] = await faultOf(reply)
    t.is(status, 400)
    t.regex(message ?? '', words)
  }
  const large = { type: 'image/jpeg', data: Buffer.alloc(6 * 1024 * 1024, 0xff) }
  t.is((await upload(desk, draft, large)).status, 413)
  await upload(desk, draft, aFarFace())
  const poor = await desk.get(`${draft}/photograph`)
  const quality = Number(/(\d+) of 100/.exec(poor.html)?.[1])
  if (quality < ctx.country.thresholds.faceQuality) {
    const [status, message] = await faultOf(await upload(desk, draft))
    t.is(status, 400)
    t.regex(message ?? '', /would be sent back/)
  } else t.is((await upload(desk, draft)).status, 303)
})

test.serial('the camera asks what a frame is worth; nothing is kept of it', async (t) => {
  const { browser } = await anOffice(t, { workers: false })
  const desk = await browser()
  const ask = (data: Buffer, language = 'en') =>
    desk.send('/enrolment/assess', {
      method: 'POST',
      headers: {
        'sec-fetch-site': 'same-origin',
        'content-type': 'image/jpeg',
        'accept-language': language,
      },
      body: new Uint8Array(data),
    })
  const good = await (await ask(aFace(1).data)).json()
  t.true(good.quality > 0 && good.quality <= 100)
  t.true(['good', 'fair', 'poor'].includes(good.grade))
  t.true(good.box.width > 10)
  const wall = await (await ask(aWall().data, 'fr')).json()
  t.like(wall, { grade: 'unusable', word: 'Inutilisable' })
  t.regex(wall.advice[0], /visage/)
})
