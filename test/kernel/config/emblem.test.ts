import { readFileSync } from 'node:fs'
import test from 'ava'
import { contrastOnWhite, emblemFaults } from '../../../src/kernel/config/emblem.ts'

const svg = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"${attributes}>${inside}</svg>`

test('the demo emblem and plain shapes are fine', (t) => {
  const path = new URL('../../../config/countries/demo/emblem.svg', import.meta.url)
  t.deepEqual(emblemFaults(readFileSync(path, 'utf8')), [])
  t.deepEqual(emblemFaults(svg('<g fill="url(#a)"><path d="M0 0h8"/></g>')), [])
})

for (const [what, content] of [
  ['a script', svg('<script>alert(1)</script>')],
  ['an event', svg('<path onload="alert(1)" d="M0 0"/>')],
  ['an event on the root', svg('', ' onload="alert(1)"')],
  ['a style', svg('<style>@import url(//x)</style>')],
  ['a link', svg('<a href="https://x.example"><path d="M0 0"/></a>')],
  ['a picture', svg('<image href="https://x.example/a.png"/>')],
  ['a use from elsewhere', svg('<use xlink:href="https://x.example#a"/>')],
  ['paint from elsewhere', svg('<path fill="url(https://x.example#a)"/>')],
  ['HTML inside', svg('<foreignObject><b/></foreignObject>')],
  ['an entity', `<!DOCTYPE svg [<!ENTITY a "b">]>${svg('&a;')}`],
  ['a processing instruction', svg('<?xml-stylesheet href="x"?>')],
  ['a comment', svg('<!-- x -->')],
  ['an attribute without quotes', svg('<path d=M0 onload=alert(1) />')],
  ['an attribute in single quotes', svg("<path d='M0 0' onload='alert(1)'/>")],
  ['something after it', `${svg('')}<script/>`],
  ['something else', '<html></html>'],
  ['sixty-five kilobytes', svg(`<path d="${'M'.repeat(66_000)}"/>`)],
] as const) {
  test(`refused: ${what}`, (t) => {
    t.true(emblemFaults(content).length > 0)
  })
}

test('contrast as WCAG 2.2 defines it', (t) => {
  t.is(contrastOnWhite('#000000'), 21)
  t.is(contrastOnWhite('#ffffff'), 1)
  t.is(contrastOnWhite('#767676').toFixed(2), '4.54')
  t.is(contrastOnWhite('#777777').toFixed(2), '4.48')
})
