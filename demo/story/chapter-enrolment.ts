import { readFileSync } from 'node:fs'
import { expect, type Step } from './checks.ts'
import { received } from './inbox.ts'
import { type Applicant, type Operator, post, sealPacket, send, settled } from './operator.ts'
import type { Photographs } from './photographs.ts'

interface Staff {
  readonly id: string
  readonly roles: readonly string[]
  readonly token: string
}
export interface Sandbox {
  readonly operators: readonly Operator[]
  readonly staff: readonly Staff[]
  readonly clients: readonly { readonly client_id: string }[]
}
export const sandbox = JSON.parse(
  readFileSync(new URL('../../config/countries/demo/sandbox.json', import.meta.url), 'utf8'),
) as Sandbox

export interface Resident {
  readonly email: string
  readonly vid: string
}

/** A person comes, is new, and gets a number; then the same person comes as somebody else. */
export async function enrolment(url: string, step: Step, faces: Photographs): Promise<Resident> {
  const [operator] = sandbox.operators
  expect(operator !== undefined, 'the sandbox has no operator')
  const amina: Applicant = {
    name: 'Amina Diallo',
    born: '1990/04/17',
    gender: 'FLE',
    email: 'amina.diallo@example.org',
    photo: faces.amina[0],
  }
  const sealed = await step('an operator seals a packet for the registry', () =>
    sealPacket(url, operator, amina),
  )
  await step('a packet with one altered byte is refused', async () => {
    const at = sealed.lastIndexOf('.') - 40
    const altered = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
    const response = await post(url, altered)
    expect(response.status === 422 || response.status === 400, `answered ${response.status}`)
  })
  const rid = await step('the registry receives it and answers a RID', () => send(url, sealed))
  await step('the same packet again is the same packet', async () => {
    const again = (await (await post(url, sealed)).json()) as { rid: string; repeated: boolean }
    expect(again.rid === rid && again.repeated, `RID ${again.rid}`)
  })
  await step('a face is found, compared with everybody, unique: a UIN is issued', async () => {
    const view = await settled(url, rid)
    expect(view.state === 'done', `${view.state} at ${view.stage} ${view.reason ?? ''}`)
    expect(/^[• ]+\d{4}$/.test(view.uinMasked ?? ''), 'the UIN is not masked')
  })
  const vid = await step('the resident is told the number to sign in with', () =>
    received(url, amina.email, /(\d{4}(?: ?\d{4}){3})/),
  )
  await twice(url, step, operator, amina, faces)
  await step('somebody else gets another UIN', async () => {
    const bashir = { ...amina, name: 'Bashir Haddad', born: '1984/11/02', gender: 'MLE' }
    const other = { ...bashir, email: 'bashir.haddad@example.org', photo: faces.bashir }
    const view = await settled(url, await send(url, await sealPacket(url, operator, other)))
    expect(view.state === 'done', `${view.state} at ${view.stage} ${view.reason ?? ''}`)
  })
  await step('a picture without a face is sent back with its reason', async () => {
    const tree = { ...amina, name: 'Oak Tree', email: 'oak@example.org', photo: faces.nobody }
    const view = await settled(url, await send(url, await sealPacket(url, operator, tree)))
    expect(view.state === 'rejected', view.state)
    expect(view.reason?.includes('face') === true, `reason ${view.reason}`)
  })
  return { email: amina.email, vid }
}

async function twice(
  url: string,
  step: Step,
  operator: Operator,
  amina: Applicant,
  faces: Photographs,
): Promise<void> {
  const rid = await step('the same face under another name waits for a person', async () => {
    const again = { ...amina, name: 'Zeinab Khalil', born: '1991/01/01', photo: faces.amina[1] }
    const sent = await send(
      url,
      await sealPacket(url, operator, { ...again, email: 'zeinab@example.org' }),
    )
    const view = await settled(url, sent)
    expect(
      view.state === 'waiting' && view.stage === 'adjudicate',
      `${view.state} at ${view.stage}`,
    )
    return sent
  })
  const adjudicator = sandbox.staff.find(({ roles }) => roles.includes('adjudicator'))
  const headers = {
    authorization: `Bearer ${adjudicator?.token}`,
    'content-type': 'application/json',
  }
  const found = await step('an adjudicator sees both records side by side', async () => {
    const api = `${url}/adjudication/api/cases`
    const { cases } = (await (await fetch(api, { headers })).json()) as {
      cases: { id: string; rid: string }[]
    }
    const mine = cases.find((one) => one.rid === rid)
    expect(mine !== undefined, 'no case')
    const detail = (await (await fetch(`${api}/${mine.id}`, { headers })).json()) as {
      others: { score?: number }[]
    }
    expect((detail.others[0]?.score ?? 0) > 0, 'no comparison score')
    return `${api}/${mine.id}/decision`
  })
  await step('and decides that it is one person: no second UIN', async () => {
    const body = JSON.stringify({ verdict: 'duplicate', reason: 'The same face, seen closely.' })
    const first = await fetch(found, { method: 'POST', headers, body })
    expect(first.ok, `answered ${first.status}`)
    const second = await fetch(found, { method: 'POST', headers, body })
    expect(second.status === 409, `a second decision was answered ${second.status}`)
  })
}
