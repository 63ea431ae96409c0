/** What every page gains where scripts run; nothing depends on it. */
document.body.classList.add('js-enabled')

// After an error the reader is taken to what is wrong (WCAG 2.2 §3.3.1).
const summary = document.querySelector<HTMLElement>('.govuk-error-summary')
if (summary) {
  summary.tabIndex = -1
  summary.focus()
}

// A form goes out once, however often the button is pressed; coming back by history frees it again.
document.addEventListener('submit', (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return
  if (form.dataset.sent) event.preventDefault()
  form.dataset.sent = 'true'
})
window.addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent
})
