/**
 * `npm run demo`: the whole story against a fresh house on a free port, told by strangers: an operator's client, a bank, a
 * wallet and a verifier that share no code with it. Each step is a printed check with its time; the last line counts.
 */
import { enrolment } from './story/chapter-enrolment.ts'
import { log } from './story/chapter-log.ts'
import { login } from './story/chapter-login.ts'
import { wallet } from './story/chapter-wallet.ts'
import { chapter, expect, stepper, type Tally } from './story/checks.ts'
import { type RunningHouse, startHouse } from './story/house.ts'
import { photographs } from './story/photographs.ts'

const tally: Tally = { passed: 0, failed: 0 }
const step = stepper(tally)
const faces = photographs()

const house = await chapter('A house is started', () => step('npm start serves', startHouse))
if (house !== undefined) await tell(house)
process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`)
process.exit(tally.failed === 0 ? 0 : 1)

async function tell({ url, stop }: RunningHouse): Promise<void> {
  const resident = await chapter(`A person comes to enrol (${faces.from})`, () =>
    enrolment(url, step, faces),
  )
  if (resident !== undefined) {
    await chapter('The person logs in at a bank', () => login(url, step, resident))
    const visitor = await chapter('A credential goes into a wallet', () =>
      wallet(url, step, resident),
    )
    if (visitor !== undefined) {
      await chapter('Every look at the record left a proof', () => log(url, step, visitor))
    }
  }
  await chapter('The house is stopped', () =>
    step('it finishes its work and ends in order', async () => {
      const code = await stop()
      expect(code === 0, `exit code ${code}`)
    }),
  )
}
