/** Two pictures under one lens: zoom and pan of one move the other, so that the same place is compared. */
const ZOOM_MAX = 8
const STEP = 1.25
const PAN_STEP = 0.08

/** `x`, `y`: centre of the view as a fraction of the picture. */
const view = { scale: 1, x: 0.5, y: 0.5 }

const group = document.querySelector<HTMLElement>('[data-zoom]')
const pictures = [...(group?.querySelectorAll<HTMLElement>('[data-zoom-picture]') ?? [])]

const show = (): void => {
  const half = 0.5 / view.scale
  view.x = Math.min(1 - half, Math.max(half, view.x))
  view.y = Math.min(1 - half, Math.max(half, view.y))
  const x = (0.5 - view.x) * 100
  const y = (0.5 - view.y) * 100
  for (const picture of pictures)
    picture.style.transform = `scale(${view.scale}) translate(${x}%, ${y}%)`
  const output = group?.querySelector('output')
  if (output) output.value = `${Math.round(view.scale * 100)} %`
}
const zoom = (factor: number): void => {
  view.scale = Math.min(ZOOM_MAX, Math.max(1, view.scale * factor))
  show()
}
const pan = (dx: number, dy: number): void => {
  view.x += dx / view.scale
  view.y += dy / view.scale
  show()
}
const reset = (): void => {
  Object.assign(view, { scale: 1, x: 0.5, y: 0.5 })
  show()
}

const actions: Readonly<Record<string, () => void>> = {
  in: () => zoom(STEP),
  out: () => zoom(1 / STEP),
  reset,
  left: () => pan(-PAN_STEP, 0),
  right: () => pan(PAN_STEP, 0),
  up: () => pan(0, -PAN_STEP),
  down: () => pan(0, PAN_STEP),
}
const controls = group?.querySelector<HTMLElement>('[data-zoom-controls]')
if (controls) controls.hidden = false
controls?.addEventListener('click', (event) => {
  const button = (event.target as Element).closest<HTMLElement>('[data-zoom-action]')
  actions[button?.dataset.zoomAction ?? '']?.()
})

for (const picture of pictures) {
  const frame = picture.parentElement
  frame?.addEventListener(
    'wheel',
    (event) => {
      // Plain scrolling stays scrolling: zoom asks for the key that zooms elsewhere too.
      if (!event.ctrlKey && view.scale === 1) return
      event.preventDefault()
      zoom(event.deltaY < 0 ? STEP : 1 / STEP)
    },
    { passive: false },
  )
  frame?.addEventListener('dblclick', () => (view.scale === 1 ? zoom(2.5) : reset()))
  frame?.addEventListener('pointerdown', (event) => {
    if (view.scale > 1) frame.setPointerCapture(event.pointerId)
  })
  frame?.addEventListener('pointermove', (event) => {
    if (!frame.hasPointerCapture(event.pointerId)) return
    pan(-event.movementX / frame.clientWidth, -event.movementY / frame.clientHeight)
  })
}
