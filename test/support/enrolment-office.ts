/** A registry with the enrolment and tracking pages in front, and a browser without scripts at the operator's desk. */
import type { ExecutionContext } from 'ava'
import { createHub, hubMigrations } from '#biometric-hub'
import { startServer } from '#kernel/http/http.ts'
import { startWorkers } from '#kernel/jobs/jobs.ts'
import {
  type RegistryContext,
  registryFolders,
  registryMigrations,
  registryRoutes,
  registryWorkers,
} from '#registry'
import { enrolmentFolder, enrolmentRoutes } from '../../src/portals/enrolment/routes.ts'
import { staffPageFolder } from '../../src/portals/staff-page.ts'
import { trackingFolder, trackingRoutes } from '../../src/portals/tracking/routes.ts'
import { addStaff } from '../../src/registry/staff/staff.ts'
import { aBrowser, type Browser, type Page } from './browser.ts'
import { withContext } from './context.ts'
import type { Photograph } from './faces.ts'

export interface Office {
  readonly ctx: RegistryContext
  readonly url: string
  /** A browser at which this member of staff has signed in. */
  browser(id?: string): Promise<Browser>
}

export async function anOffice(t: ExecutionContext, { workers = true } = {}): Promise<Office> {
  const kernel = await withContext(t, {
    migrations: [...hubMigrations, ...registryMigrations],
    folders: [...registryFolders, enrolmentFolder, trackingFolder, staffPageFolder],
  })
  const hub = await createHub(kernel)
  t.teardown(() => hub.stop())
  const ctx = { ...kernel, hub }
  const running = startWorkers(ctx, workers ? registryWorkers(ctx) : [])
  t.teardown(() => running.stop())
  const routes = [...registryRoutes(ctx), ...enrolmentRoutes(ctx), ...trackingRoutes(ctx)]
  const server = await startServer(ctx, { routes, mounts: [], ready: async () => true })
  t.teardown(() => server.stop())
  const url = ctx.config.server.publicUrl
  const password = 'sea salt and lamps'
  for (const [id, role] of [
    ['nadia', 'operator'],
    ['idris', 'operator'],
    ['salma', 'adjudicator'],
  ] as const)
    await addStaff(ctx, { id, name: id, roles: [role], password })
  const browser = async (id = 'nadia') => {
    const desk = aBrowser(url)
    const page = await desk.get('/staff/sign-in?return=/enrolment')
    await desk.submit(page, '/staff/sign-in', { id, password })
    return desk
  }
  return { ctx, url, browser }
}

export const goodForm = {
  names: { 'fullName-en': 'Mira Orvane', 'fullName-ar': 'ميرا أورفان' },
  birth: {
    'dateOfBirth-day': '27',
    'dateOfBirth-month': '3',
    'dateOfBirth-year': '1990',
    gender: 'FLE',
  },
  address: { region: 'COAST', city: 'PTAMB' },
  contact: { phone: '+999 40 123 456' },
}
export type Group = keyof typeof goodForm

/** Begins an enrolment; answers the path of the draft: `/enrolment/<id>`. */
export async function begin(desk: Browser): Promise<string> {
  const start = await desk.get('/enrolment')
  const first = await desk.submit(start, '/enrolment', { centre: '10002' })
  return new URL(first.url).pathname.replace(/\/names$/, '')
}

/** Sends one page of the form. */
export const fill = async (
  desk: Browser,
  draft: string,
  group: Group,
  values: Readonly<Record<string, string>> = goodForm[group],
): Promise<Page> => {
  const page = await desk.get(`${draft}/${group}`)
  return desk.submit(page, `/${group}`, values)
}

/** As the form does without scripts: multipart. */
export async function upload(
  desk: Browser,
  draft: string,
  photo?: Photograph | { readonly type: string; readonly data: Buffer },
): Promise<Response> {
  const form = new FormData()
  const empty = new File([], '', { type: 'application/octet-stream' })
  form.set(
    'photo',
    photo ? new File([new Uint8Array(photo.data)], 'p', { type: photo.type }) : empty,
  )
  return desk.send(`${draft}/photograph/photo`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: form,
  })
}

/** All pages up to "check the answers". */
export async function fillAll(desk: Browser, photo: Photograph): Promise<string> {
  const draft = await begin(desk)
  for (const group of Object.keys(goodForm) as Group[]) await fill(desk, draft, group)
  await upload(desk, draft, photo)
  return draft
}
