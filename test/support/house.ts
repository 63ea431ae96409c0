/** The whole house in this process, on a throw-away data folder, with the sandbox's people. */
import type { ExecutionContext } from 'ava'
import { loadConfig } from '../../src/kernel/config/load.ts'
import { loadSandbox, type Sandbox } from '../../src/kernel/config/sandbox.ts'
import { type House, startHouse } from '../../src/main.ts'
import { freePort } from './boot.ts'
import { aBrowser, type Browser } from './browser.ts'
import { dataFolder } from './servers.ts'

export interface OpenHouse extends House {
  readonly sandbox: Sandbox
  /** A visitor without JavaScript and without cookies. */
  visitor(): Browser
}

/** Stopped by the test's teardown. */
export async function withHouse(
  t: ExecutionContext,
  env: Readonly<Record<string, string>> = {},
  profile: 'test' | 'production' = 'test',
): Promise<OpenHouse> {
  const port = String(await freePort())
  const argv = ['--profile', profile, '--data', dataFolder(t), '--port', port]
  const config = loadConfig({ argv, env })
  const house = await startHouse(config)
  t.teardown(() => house.stop())
  // Known to tests in any profile, so that they can look for what must not be shown.
  const sandbox = loadSandbox({ config: { ...config, profile: 'test' } })
  return { ...house, sandbox, visitor: () => aBrowser(`http://localhost:${port}`) }
}

/** The number on the sign-in page, the code from the inbox. */
export async function signInResident(house: OpenHouse, browser: Browser): Promise<void> {
  const [person] = house.sandbox.persons
  const start = await browser.get('/sign-in?return=/my-identity')
  const code = await browser.submit(start, '/sign-in', { identifier: person?.uin ?? '' })
  const inbox = `/sandbox/inbox?to=${encodeURIComponent(String(person?.identity.email))}`
  for (let tries = 0; tries < 200; tries++) {
    const messages = (await (await browser.send(inbox)).json()) as { readonly text: string }[]
    const digits = /\b\d{6}\b/.exec(messages[0]?.text ?? '')?.[0]
    if (digits) {
      await browser.submit(code, '/sign-in/code', { code: digits })
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('no code came')
}

export async function signInStaff(house: OpenHouse, browser: Browser, id: string): Promise<void> {
  const password = house.sandbox.staff.find((member) => member.id === id)?.password ?? ''
  const start = await browser.get('/staff/sign-in?return=/')
  await browser.submit(start, '/staff/sign-in', { id, password })
}
