/** JSON whose shape is bounded before it is built: a few kilobytes of brackets must not cost a stack or a heap. */
import { endOfString, repeatsMember } from '../json-text.ts'
import { jsonDepthMax, jsonMembersMax } from './parameters.ts'
import { httpProblem } from './problems.ts'

/** Problems `http.body-too-complex`, `http.body-malformed`, `http.body-ambiguous`. Bounds: `jsonDepthMax`, `jsonMembersMax`. */
export function parseJson(text: string): unknown {
  if (!isModest(text))
    throw httpProblem('http.body-too-complex', {
      detail: { depthMax: jsonDepthMax, membersMax: jsonMembersMax },
    })
  const value = fromJson(text)
  if (repeatsMember(text)) throw httpProblem('http.body-ambiguous')
  return value
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Without the cause: its message quotes the body.
    throw httpProblem('http.body-malformed')
  }
}

const quote = 0x22
const comma = 0x2c

/** One pass over the characters; what is no JSON at all may pass, `JSON.parse` refuses it. */
function isModest(text: string): boolean {
  let depth = 0
  let members = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === quote) at = endOfString(text, at)
    else if (char === comma) members++
    else if (char === 0x5b || char === 0x7b) {
      depth++
      members++
    } else if (char === 0x5d || char === 0x7d) depth--
    if (depth > jsonDepthMax || members > jsonMembersMax) return false
  }
  return true
}
