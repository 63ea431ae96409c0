/** What a pack brings to the look: its accent must be readable, its emblem must be a drawing and nothing else. */

/** WCAG 2.2 §1.4.3: text of normal size. */
export const leastContrast = 4.5

/** Contrast ratio of `colour` (`#rrggbb`) on white, 1..21. WCAG 2.2, definitions "contrast ratio", "relative luminance". */
export function contrastOnWhite(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

const elements = new Set([
  ...['svg', 'g', 'path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon'],
  ...['title', 'desc', 'defs', 'linearGradient', 'radialGradient', 'stop', 'clipPath'],
])
const attributes = new Set([
  ...['xmlns', 'viewBox', 'width', 'height', 'role', 'id', 'fill', 'fill-rule', 'fill-opacity'],
  ...['stroke', 'stroke-width', 'stroke-linecap', 'stroke-linejoin', 'stroke-opacity', 'opacity'],
  ...['d', 'x', 'y', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'rx', 'ry', 'points', 'transform'],
  ...['offset', 'stop-color', 'stop-opacity', 'gradientUnits', 'gradientTransform', 'clip-path'],
  ...['clip-rule', 'preserveAspectRatio', 'aria-hidden', 'focusable', 'class'],
])

/**
 * The emblem is set into every page, so it is held to a list of what is allowed rather than searched for what is not:
 * shapes and their paint. No script, style, event, link, image, text from elsewhere, entity or processing instruction.
 * Bounds: 64 KiB.
 */
export function emblemFaults(svg: string): string[] {
  if (svg.length > 65_536) return ['larger than 64 KiB']
  if (!/^\s*<svg[\s>]/.test(svg) || !/<\/svg>\s*$/.test(svg)) return ['expected one <svg> element']
  const faults = new Set<string>()
  if (/<[!?]/.test(svg)) faults.add('comments, declarations and entities are not allowed')
  if (/&(?!(amp|lt|gt|quot|apos);)/.test(svg)) faults.add('entities are not allowed')
  for (const [, name = ''] of svg.matchAll(/<\/?([^\s/>]*)/g))
    if (!elements.has(name)) faults.add(`element <${name.slice(0, 40)}> is not allowed`)
  for (const [tag] of svg.matchAll(/<[^/][^>]*>/g)) {
    const rest = tag.replace(/^<[^\s/>]+/, '').replace(/\/?>$/, '')
    if (rest.replace(/\s+[\w:-]+="[^"<>]*"/g, '').trim() !== '')
      faults.add('attributes must be written name="value"')
    for (const [, name = '', value = ''] of rest.matchAll(/\s([\w:-]+)="([^"]*)"/g)) {
      if (!attributes.has(name)) faults.add(`attribute ${name.slice(0, 40)} is not allowed`)
      if (/url\((?!#[\w-]+\))/i.test(value) || (/:/.test(value) && name !== 'xmlns'))
        faults.add(`attribute ${name.slice(0, 40)} refers to something outside`)
    }
  }
  return [...faults]
}
