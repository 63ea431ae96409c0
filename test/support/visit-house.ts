/** Debian's Chromium through playwright-core, on a house of its own in the demo profile. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { type RunningHouse, startHouse } from '../../demo/story/house.ts'

export interface Visited {
  readonly house: RunningHouse
  readonly browser: Browser
}

/** Undefined where it is not installed. */
export const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync)
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** The caller ends both. */
export async function visitHouse(): Promise<Visited> {
  if (executablePath === undefined) throw new Error('Chromium is not installed')
  const house = await startHouse()
  try {
    return { house, browser: await chromium.launch({ executablePath, args }) }
  } catch (error) {
    await house.stop()
    throw error
  }
}
