/** New messages appear by themselves while the page is looked at. */
const PERIOD_MS = 3000

const messages = document.querySelector<HTMLElement>('[data-refresh]')
const toEnd = (): void => {
  if (messages) messages.scrollTop = messages.scrollHeight
}
toEnd()

const refresh = async (): Promise<void> => {
  if (!messages || document.hidden) return
  const response = await fetch(location.href, { credentials: 'same-origin' })
  if (!response.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const fresh = page.querySelector('[data-refresh]')
  if (!fresh || fresh.textContent === messages.textContent) return
  messages.replaceChildren(...fresh.childNodes)
  toEnd()
}
// A server that is away for a moment is asked again at the next turn.
setInterval(() => void refresh().catch(() => undefined), PERIOD_MS)
