/** What was typed survives an expired session and a wrong turn: kept in this tab only, until it is sent. */
const form = document.querySelector<HTMLFormElement>('.adjudication-decision')
const reason = form?.querySelector('textarea')
if (form && reason) {
  const key = `reason ${new URL(form.action).pathname}`
  if (reason.value === '') reason.value = sessionStorage.getItem(key) ?? ''
  reason.addEventListener('input', () => sessionStorage.setItem(key, reason.value))
}
// On the list: what was decided needs no keeping.
const decided = document.querySelector<HTMLElement>('[data-decided]')?.dataset.decided
if (decided) sessionStorage.removeItem(`reason ${decided}`)
