/**
 * Rewrites physical CSS into logical CSS (CSS Logical Properties Level 1), so that a stylesheet written for left to right
 * serves right to left by the document's `dir` alone. Works on declarations; selectors, at-rules and values that do
 * not name a side stay byte for byte. Shapes (`clip-path`, `transform`) have no logical form: `rtl.css` mirrors those.
 */
const declaration = /([{;]\s*)([a-z-]+)(\s*:\s*)([^;{}]+)/g

/** `margin-left:1px` becomes `margin-inline-start:1px`; four unequal sides are split into block and inline. */
export const toLogicalCss = (css: string): string =>
  css.replace(declaration, (whole, before: string, name: string, colon: string, value: string) => {
    const property = properties[name]
    if (property) return `${before}${property}${colon}${value}`
    const keyword = keywords[name]?.[value.replace(important, '').trim()]
    if (keyword) return `${before}${name}${colon}${keyword}${important.exec(value)?.[0] ?? ''}`
    const split = fourSides(name, value)
    return split ? `${before}${split}` : whole
  })

const important = /\s*!important\s*$/

const sides = { left: 'inline-start', right: 'inline-end' } as const
const properties: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(sides).flatMap(([physical, logical]) => [
    [physical, `inset-${logical}`],
    [`margin-${physical}`, `margin-${logical}`],
    [`padding-${physical}`, `padding-${logical}`],
    ...['', '-width', '-style', '-color'].map((part) => [
      `border-${physical}${part}`,
      `border-${logical}${part}`,
    ]),
    ...(['top', 'bottom'] as const).map((edge) => [
      `border-${edge}-${physical}-radius`,
      `border-${edge === 'top' ? 'start' : 'end'}-${physical === 'left' ? 'start' : 'end'}-radius`,
    ]),
  ]),
)
const keywords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'text-align': { left: 'start', right: 'end' },
  float: { left: 'inline-start', right: 'inline-end' },
  clear: { left: 'inline-start', right: 'inline-end' },
}

const shorthands: Readonly<Record<string, (side: 'block' | 'inline') => string>> = {
  margin: (side) => `margin-${side}`,
  padding: (side) => `padding-${side}`,
  inset: (side) => `inset-${side}`,
  'border-width': (side) => `border-${side}-width`,
  'border-style': (side) => `border-${side}-style`,
  'border-color': (side) => `border-${side}-color`,
}
const fourSides = (name: string, value: string): string | undefined => {
  const longhand = shorthands[name]
  if (!longhand) return undefined
  const mark = important.exec(value)?.[0] ?? ''
  const [top, right, bottom, left, ...more] = words(value.replace(important, ''))
  if (left === undefined || more.length > 0 || left === right) return undefined
  return `${longhand('block')}:${top} ${bottom}${mark};${longhand('inline')}:${left} ${right}${mark}`
}

/** Splits at spaces outside of brackets: `max(1px, .1em) 0` is two words. */
const words = (value: string): string[] =>
  value.trim().match(/(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+/g) ?? []
