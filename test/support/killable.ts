/** A child that is killed without warning and started again, at one address. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

export interface Killable {
  readonly url: string
  /** SIGKILL: no handler runs, nothing is flushed. Resolves when the process is gone. */
  kill(): Promise<void>
  /** As `kill`, and no start works any more. */
  end(): Promise<void>
  /** Resolves as soon as the process exists; with `ready`, once it serves. */
  start(options?: { readonly ready?: boolean }): Promise<void>
}

export async function killable(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Killable> {
  const port = await freePort()
  // Settings of the test run are none of the child's: it refuses what it does not know.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('PLINTH_')),
  )
  let child: ChildProcess | undefined
  let ended = false
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  return {
    url: `http://127.0.0.1:${port}`,
    kill,
    async end() {
      ended = true
      await kill()
    },
    async start({ ready = false } = {}) {
      if (ended) throw new Error(`${script} was ended`)
      child = spawn(process.execPath, [script, ...args, '--port', String(port)], {
        env: { ...inherited, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      if (!ready) {
        child.stdout?.resume()
        return
      }
      const exited = once(child, 'exit').then(([code]) => {
        throw new Error(`${script} ended with ${code} before it was ready`)
      })
      exited.catch(() => {})
      if (child.stdout) await Promise.race([once(child.stdout, 'data'), exited])
      child.stdout?.resume()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no TCP port')
  return address.port
}
