/**
 * The photograph's page with scripts: a camera, a judgement of every frame while it runs and of a file before it is sent,
 * and a box around the face. Without scripts the same page uploads a file and shows the same judgement.
 */
interface Assessment {
  readonly quality?: number
  readonly grade: 'good' | 'fair' | 'poor' | 'unusable'
  readonly word: string
  readonly advice: readonly string[]
  readonly box?: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }
}

/** Pixels of the long side of a frame that is only judged. */
const FRAME_SIDE = 640
/** Between two judgements; a judgement that takes longer is waited for. */
const FRAME_PAUSE_MS = 700
const JPEG_QUALITY = 0.92

const form = document.querySelector<HTMLFormElement>('[data-photograph]')
const find = <E extends Element>(selector: string): E | null =>
  form?.querySelector<E>(selector) ?? null
const video = find<HTMLVideoElement>('[data-video]')
const frame = find<HTMLElement>('[data-frame]')
const input = find<HTMLInputElement>('input[type=file]')
const texts = form?.dataset ?? {}
let stream: MediaStream | undefined
/** Of judgements asked for: an answer that comes late does not overwrite a newer one. */
let asked = 0

const assess = async (image: Blob): Promise<Assessment | undefined> => {
  const number = ++asked
  const response = await fetch('/enrolment/assess', {
    method: 'POST',
    headers: { 'content-type': image.type, accept: 'application/json' },
    body: image,
  })
  const isAnswer = response.headers.get('content-type')?.startsWith('application/json') ?? false
  if (!response.ok || !isAnswer || number !== asked) return undefined
  return (await response.json()) as Assessment
}

const say = (selector: string, text: string): void => {
  const element = find<HTMLElement>(selector)
  // A live region speaks when its text changes, so it must not change when nothing has.
  if (element && element.textContent !== text) element.textContent = text
}

const showResult = ({ quality, grade, word, advice }: Assessment): void => {
  const result = find<HTMLElement>('[data-result]')
  if (result) result.className = `enrolment-result enrolment-result--${grade}`
  const number = new Intl.NumberFormat(document.documentElement.lang).format(quality ?? 0)
  say('[data-word]', word)
  say(
    '[data-score]',
    quality === undefined ? '' : (texts.textScore ?? '').replace('{score}', number),
  )
  const meter = find<HTMLMeterElement>('[data-meter]')
  if (meter) meter.value = quality ?? 0
  const list = find<HTMLElement>('[data-advice]')
  if (list && list.innerText.trim() !== advice.join('\n').trim())
    list.replaceChildren(
      ...advice.map((line) => Object.assign(document.createElement('li'), { textContent: line })),
    )
}

const drawBox = (size: { width: number; height: number }, box: Assessment['box']): void => {
  frame?.querySelector('svg')?.remove()
  if (!frame || !box || size.width === 0) return
  const namespace = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(namespace, 'svg')
  svg.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`)
  svg.setAttribute('aria-hidden', 'true')
  const rect = document.createElementNS(namespace, 'rect')
  for (const [name, value] of Object.entries(box)) rect.setAttribute(name, String(value))
  rect.setAttribute('rx', String(box.width / 20))
  rect.setAttribute('stroke-width', String(size.width / 150))
  svg.append(rect)
  frame.append(svg)
}

/** The picture that the page came with. */
const drawKept = (): void => {
  const picture = find<HTMLImageElement>('[data-picture]')
  const [x, y, width, height] = (picture?.dataset.box ?? '').split(' ').map(Number)
  if (!picture || x === undefined || y === undefined || !width || !height) return
  const draw = () =>
    drawBox({ width: picture.naturalWidth, height: picture.naturalHeight }, { x, y, width, height })
  if (picture.complete) draw()
  else picture.addEventListener('load', draw, { once: true })
}

const grab = (longSide: number): Promise<Blob | null> => {
  const canvas = document.createElement('canvas')
  if (!video) return Promise.resolve(null)
  const scale = Math.min(1, longSide / Math.max(video.videoWidth, video.videoHeight))
  canvas.width = Math.round(video.videoWidth * scale)
  canvas.height = Math.round(video.videoHeight * scale)
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY))
}

const watch = async (): Promise<void> => {
  while (stream && video) {
    const image = video.videoWidth > 0 ? await grab(FRAME_SIDE) : null
    const found = image ? await assess(image).catch(() => undefined) : undefined
    if (found && stream) {
      showResult(found)
      const scale = Math.min(1, FRAME_SIDE / Math.max(video.videoWidth, video.videoHeight))
      drawBox(
        {
          width: Math.round(video.videoWidth * scale),
          height: Math.round(video.videoHeight * scale),
        },
        found.box,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, FRAME_PAUSE_MS))
  }
}

const toggle = (running: boolean): void => {
  video?.toggleAttribute('hidden', !running)
  find('[data-picture]')?.toggleAttribute('hidden', running)
  find('[data-empty]')?.toggleAttribute('hidden', running)
  find('[data-camera-start]')?.toggleAttribute('hidden', running)
  find('[data-camera-take]')?.toggleAttribute('hidden', !running)
  find('[data-camera-stop]')?.toggleAttribute('hidden', !running)
}

const start = async (): Promise<void> => {
  if (!video) return
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 960 } },
    })
  } catch {
    say('[data-word]', texts.textCameraDenied ?? '')
    return
  }
  video.srcObject = stream
  await video.play()
  toggle(true)
  find<HTMLElement>('[data-camera-take]')?.focus()
  await watch()
}

const stop = (): void => {
  for (const track of stream?.getTracks() ?? []) track.stop()
  stream = undefined
  drawBox({ width: 0, height: 0 }, undefined)
  toggle(false)
  drawKept()
}

/** The frame becomes the file of the form, and the form goes its ordinary way. */
const take = async (): Promise<void> => {
  const image = await grab(Number.POSITIVE_INFINITY)
  if (!image || !input) return
  const transfer = new DataTransfer()
  transfer.items.add(new File([image], 'camera.jpg', { type: image.type }))
  input.files = transfer.files
  stop()
  form?.requestSubmit(find<HTMLElement>('[data-upload]'))
}

/** A chosen file is shown and judged before it is sent. */
const preview = async (): Promise<void> => {
  const file = input?.files?.[0]
  if (!file || !frame) return
  const old = find<HTMLImageElement>('[data-picture]')
  const picture = old ?? document.createElement('img')
  picture.className = 'enrolment-photo__picture'
  picture.dataset.picture = ''
  delete picture.dataset.box
  picture.alt = file.name
  if (picture.src.startsWith('blob:')) URL.revokeObjectURL(picture.src)
  picture.src = URL.createObjectURL(file)
  if (!old) frame.append(picture)
  find('[data-empty]')?.remove()
  drawBox({ width: 0, height: 0 }, undefined)
  say('[data-word]', texts.textBusy ?? '')
  const found = await assess(file).catch(() => undefined)
  if (!found) return
  showResult(found)
  await picture.decode().catch(() => undefined)
  drawBox({ width: picture.naturalWidth, height: picture.naturalHeight }, found.box)
}

if (form) {
  drawKept()
  input?.addEventListener('change', () => void preview())
  if (navigator.mediaDevices) {
    find('[data-camera]')?.removeAttribute('hidden')
    find('[data-camera-start]')?.addEventListener('click', () => void start())
    find('[data-camera-stop]')?.addEventListener('click', stop)
    find('[data-camera-take]')?.addEventListener('click', () => void take())
  }
  window.addEventListener('pagehide', stop)
}
