/** While something may still happen the status is fetched anew and put in place; focus and scroll stay where they are. */
const PAUSE_MS = 2_000
/** Half an hour; then the reader may load the page again. */
const TRIES_MAX = 900

const current = (): HTMLElement | null => document.querySelector('[data-refresh]')

const fetchStatus = async (): Promise<HTMLElement | null> => {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!response.ok) return null
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  return page.querySelector('[data-refresh]')
}

const follow = async (): Promise<void> => {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const here = current()
    if (!here || 'final' in here.dataset) return
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    if (document.visibilityState === 'hidden') continue
    const fresh = await fetchStatus().catch(() => null)
    if (fresh && fresh.innerHTML !== here.innerHTML) here.replaceWith(document.adoptNode(fresh))
  }
}

void follow()
