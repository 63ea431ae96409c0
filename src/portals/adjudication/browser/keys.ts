/** The adjudicator's keys: 1 different people, 2 the same person, 3 next case, arrows between candidates. */
const choose = (verdict: string): void => {
  const radio = document.querySelector<HTMLInputElement>(`input[name=verdict][value=${verdict}]`)
  if (!radio) return
  radio.checked = true
  document.querySelector<HTMLTextAreaElement>('textarea[name=reason]')?.focus()
}
const follow = (name: string): void =>
  document.querySelector<HTMLAnchorElement>(`a[data-key=${name}]`)?.click()

const rightToLeft = document.documentElement.dir === 'rtl'
const actions: Readonly<Record<string, () => void>> = {
  1: () => choose('unique'),
  2: () => choose('duplicate'),
  3: () => follow('skip'),
  ArrowLeft: () => follow(rightToLeft ? 'next' : 'previous'),
  ArrowRight: () => follow(rightToLeft ? 'previous' : 'next'),
}
document.addEventListener('keydown', (event) => {
  const typing = (event.target as Element).closest('input:not([type=radio]), textarea, select')
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return
  const action = actions[event.key]
  // Arrows inside a radio group choose; the browser's own meaning goes first.
  const choosing =
    (event.target as Element).matches('[type=radio]') && event.key.startsWith('Arrow')
  if (!action || choosing) return
  event.preventDefault()
  action()
})
