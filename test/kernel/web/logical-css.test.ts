import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test from 'ava'
import { toLogicalCss } from '../../../src/kernel/web/logical-css.ts'

for (const [physical, logical] of [
  ['a{margin-left:1px}', 'a{margin-inline-start:1px}'],
  ['a{padding-right:max(1px, 2em) !important}', 'a{padding-inline-end:max(1px, 2em) !important}'],
  ['a{left:0;top:1px}', 'a{inset-inline-start:0;top:1px}'],
  ['a{border-left:5px solid}', 'a{border-inline-start:5px solid}'],
  ['a{border-right-color:red}', 'a{border-inline-end-color:red}'],
  ['a{border-top-left-radius:2px}', 'a{border-start-start-radius:2px}'],
  ['a{border-bottom-right-radius:2px}', 'a{border-end-end-radius:2px}'],
  ['a{text-align:left}', 'a{text-align:start}'],
  ['a{text-align:right!important}', 'a{text-align:end!important}'],
  ['a{float:right}', 'a{float:inline-end}'],
  ['a{clear:left}', 'a{clear:inline-start}'],
  ['a{margin:1px 2px 3px 4px}', 'a{margin-block:1px 3px;margin-inline:4px 2px}'],
  [
    'a{padding:0 max(1px, .1em) 0 0!important}',
    'a{padding-block:0 0!important;padding-inline:0 max(1px, .1em)!important}',
  ],
  ['a{border-width:0 0 5px 5px}', 'a{border-block-width:0 5px;border-inline-width:5px 0}'],
] as const) {
  test(physical, (t) => {
    t.is(toLogicalCss(physical), logical)
  })
}

for (const kept of [
  'a{margin:1px 2px 3px 2px}',
  'a{margin:0 auto}',
  'a{text-align:center}',
  'a{clear:both}',
  '.left{color:red}',
  '@media(min-width:1px){a:hover{color:red}}',
  'a{transition:left 1s}',
  'a{clip-path:polygon(0 0,100% 50%,0 100%)}',
]) {
  test(`stays: ${kept}`, (t) => {
    t.is(toLogicalCss(kept), kept)
  })
}

test('nothing physical is left of the library, and twice is once', (t) => {
  const require = createRequire(import.meta.url)
  const file = require.resolve('govuk-frontend/dist/govuk/govuk-frontend.min.css')
  const logical = toLogicalCss(readFileSync(file, 'utf8'))
  t.notRegex(logical, /[{;](?:(?:margin|padding|border)-)?(?:left|right)(?:-\w+)?:/)
  t.notRegex(logical, /[{;](?:float|clear|text-align):(?:left|right)\b/)
  t.is(toLogicalCss(logical), logical)
})
