import test from 'ava'
import fc from 'fast-check'
import { repeatsMember } from '../../src/kernel/json-text.ts'

const repeated = [
  '{"a":1,"a":1}',
  '{ "a" : [] ,\n"a" : {} }',
  '[{"b":{}},{"c":{"d":1,"e":"}","d":2}}]',
  String.raw`{"a":1,"\u0061":2}`,
  String.raw`{"\"":1,"\"":2}`,
  '{"":1,"":2}',
  '{"a":{"x":1},"b":[1,{"y":2}],"a":3}',
  '{"__proto__":1,"__proto__":2}',
]
const distinct = [
  '{}',
  '[]',
  '"a"',
  '["a","a"]',
  '{"a":"a","b":"a"}',
  '{"a":{"a":{"a":[]}}}',
  '[{"a":1},{"a":1}]',
  '{"a":["b","b"],"b":1}',
  '{"a":"\\",\\"a\\":"}',
  '{"a":1,"A":1}',
]

test('one name twice in one object', (t) => {
  for (const text of repeated) t.true(repeatsMember(text), text)
  for (const text of distinct) t.false(repeatsMember(text), text)
})

test('what JSON.stringify writes names nothing twice; with a member again at the end it does', (t) => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
      const text = JSON.stringify(value)
      if (repeatsMember(text)) return false
      const [name = ''] = Object.keys(value)
      return repeatsMember(`${text.slice(0, -1)},${JSON.stringify(name)}:0}`)
    }),
    { numRuns: 1000 },
  )
  t.pass()
})
