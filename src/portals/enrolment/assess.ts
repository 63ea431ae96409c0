/** Is the photograph good enough, and what would make it better? In the words of the page's language. */
import type { Assessment } from '#biometric-hub'
import type { Catalogues } from '#kernel/i18n/catalogues.ts'

export interface AssessmentView {
  /** 0..100; absent when there is no face to speak of. */
  readonly quality?: number
  readonly grade: 'good' | 'fair' | 'poor' | 'unusable'
  /** The grade in words. */
  readonly word: string
  /** What to do better, most useful first. */
  readonly advice: readonly string[]
  /** Pixels of the picture. */
  readonly box?: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }
}

/** Points above the pack's threshold from which nothing need be done better. */
const comfort = 20

export function assessmentView(
  { text, has }: Catalogues,
  language: string,
  assessment: Assessment,
  faceQuality: number,
): AssessmentView {
  if (assessment.outcome === 'unusable') {
    const word = text(language, 'enrolment.grade-unusable')
    return {
      grade: 'unusable',
      word,
      advice: [text(language, `enrolment.fault-${assessment.fault}`)],
    }
  }
  const { quality, box } = assessment
  const grade = quality >= faceQuality + comfort ? 'good' : quality >= faceQuality ? 'fair' : 'poor'
  const advice = assessment.advice
    .map((key) => key.replace(/^hub\./, 'enrolment.'))
    .filter((key) => has(language, key))
    .map((key) => text(language, key))
  return { quality, grade, word: text(language, `enrolment.grade-${grade}`), advice, box }
}

/** JPEG (ITU-T T.81 §B.1.1.3) or PNG (W3C PNG §5.2) by its first bytes; what a browser calls it proves nothing. */
export function imageType(bytes: Uint8Array): 'image/jpeg' | 'image/png' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg'
  const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  return png.every((byte, at) => bytes[at] === byte) ? 'image/png' : undefined
}
